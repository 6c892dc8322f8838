package bus_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"marsad/engine/bus"
	"marsad/engine/bus/bustest"
)

const secret = "a password of some length"

func listened(t *testing.T) *bus.Bus {
	return open(t, t.TempDir(), bus.Options{MaxBytes: 1 << 28, Listeners: &bus.Listeners{Addr: "127.0.0.1:0", Accounts: map[string]string{"ministry": secret}}})
}

func TestAListenerHearsAnnouncementsOnce(t *testing.T) {
	b := listened(t)
	ctx, end := context.WithTimeout(t.Context(), 30*time.Second)
	defer end()
	for _, id := range []string{"one", "two", "one"} { // the third is a repetition
		if err := b.Announce(ctx, "out.notice.rescue", id, []byte(id)); err != nil {
			t.Fatal(err)
		}
	}
	c, err := nats.Connect("nats://"+b.Listening(), nats.UserInfo("ministry", secret))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	js, err := jetstream.New(c)
	if err != nil {
		t.Fatal(err)
	}
	consumer, err := js.CreateOrUpdateConsumer(ctx, "out", jetstream.ConsumerConfig{Durable: "ministry", AckPolicy: jetstream.AckExplicitPolicy})
	if err != nil {
		t.Fatal(err)
	}
	got := []string{}
	for range 2 {
		m, err := consumer.Next(jetstream.FetchMaxWait(10 * time.Second))
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(m.Data()))
		if err := m.DoubleAck(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if strings.Join(got, " ") != "one two" {
		t.Fatalf("heard %v", got)
	}
	if more, err := consumer.FetchNoWait(1); err == nil {
		for m := range more.Messages() {
			t.Fatalf("heard %s as well", m.Data())
		}
	}
}

func TestAListenerMayNeitherReadNorWriteTheLog(t *testing.T) {
	b := listened(t)
	bustest.Put(t, b, "in.scan", []byte("only for stages"))
	denied := make(chan error, 8)
	c, err := nats.Connect("nats://"+b.Listening(), nats.UserInfo("ministry", secret), nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { denied <- err }))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for what, try := range map[string]func() error{
		"publish into the log":        func() error { return c.Publish("in.scan", []byte("forged")) },
		"publish an announcement":     func() error { return c.Publish("out.notice.rescue", []byte("forged")) },
		"listen to the log":           func() error { _, err := c.Subscribe("in.>", func(*nats.Msg) {}); return err },
		"listen to everything":        func() error { _, err := c.Subscribe(">", func(*nats.Msg) {}); return err },
		"delete the log":              func() error { return c.Publish("$JS.API.STREAM.DELETE.in", nil) },
		"delete the announcements":    func() error { return c.Publish("$JS.API.STREAM.DELETE.out", nil) },
		"listen to our own inbox":     func() error { _, err := c.Subscribe("_MARSAD.>", func(*nats.Msg) {}); return err },
		"read one message of the log": func() error { return c.Publish("$JS.API.DIRECT.GET.in", []byte(`{"seq":1}`)) },
	} {
		if err := try(); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-denied:
			if !strings.Contains(strings.ToLower(err.Error()), "permissions violation") {
				t.Errorf("%s: %v", what, err)
			}
		case <-time.After(10 * time.Second):
			t.Errorf("%s was allowed", what)
		}
	}
	// What they may hear holds nothing of the log while we read it, and a consumer
	// of theirs that is to deliver into the log writes nothing there.
	overheard := make(chan *nats.Msg, 100)
	if _, err := c.ChanSubscribe("_INBOX.>", overheard); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Request("$JS.API.CONSUMER.CREATE.out.push", []byte(`{"stream_name":"out","config":{"name":"push","deliver_subject":"in.scan","ack_policy":"none"}}`), 5*time.Second); err != nil {
		t.Fatal(err)
	}
	if err := b.Announce(t.Context(), "out.notice.repair", "one", []byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := b.Read(t.Context(), 1, 1, func(uint64, string, []byte) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if err := c.Flush(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond)
	for len(overheard) > 0 {
		if m := <-overheard; strings.Contains(string(m.Data), "only for stages") || m.Subject == "in.scan" {
			t.Fatalf("overheard %s: %s", m.Subject, m.Data)
		}
	}
	if _, last, err := b.Range(t.Context()); err != nil || last != 1 {
		t.Fatalf("the log ends at %d, %v; want 1", last, err)
	}
	if _, err := nats.Connect("nats://"+b.Listening(), nats.UserInfo("ministry", "a password that is not theirs")); err == nil {
		t.Error("a wrong password was let in")
	}
	if _, err := nats.Connect("nats://" + b.Listening()); err == nil {
		t.Error("nobody was let in")
	}
}

func TestListenersAreRefusedUnprotected(t *testing.T) {
	for what, l := range map[string]bus.Listeners{
		"no port":             {Addr: "localhost", Accounts: map[string]string{"a": secret}},
		"no reader":           {Addr: "127.0.0.1:0"},
		"a short password":    {Addr: "127.0.0.1:0", Accounts: map[string]string{"a": "short"}},
		"our own name":        {Addr: "127.0.0.1:0", Accounts: map[string]string{"marsad": secret}},
		"beyond without TLS":  {Addr: "0.0.0.0:0", Accounts: map[string]string{"a": secret}},
		"a name without TLS":  {Addr: "example.net:0", Accounts: map[string]string{"a": secret}},
		"everything, IPv6":    {Addr: "[::]:0", Accounts: map[string]string{"a": secret}},
		"no host without TLS": {Addr: ":4222", Accounts: map[string]string{"a": secret}},
	} {
		if _, err := bus.Open(t.TempDir(), bus.Options{Listeners: &l}); code(err) != "bus.listeners" {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestAnnouncementsStayOutOfTheLog(t *testing.T) {
	b := open(t, t.TempDir(), bus.Options{MaxBytes: 1 << 28})
	if err := b.Announce(t.Context(), "out.notice.repair", "one", []byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := b.Announce(t.Context(), "in.scan", "two", nil); code(err) != "bus.unwritten" {
		t.Errorf("an announcement into the log: %v", err)
	}
	if _, last, err := b.Range(t.Context()); err != nil || last != 0 {
		t.Fatalf("the log ends at %d, %v; want 0", last, err)
	}
}
