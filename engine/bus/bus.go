package bus

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// stream holds everything that stages see.
const (
	stream   = "in"
	subjects = "in.>"
	// maxPending messages may wait for their acknowledgement. The pipeline keeps
	// far fewer in flight, so the bound is never met by it.
	maxPending = 16384
	// MaxMessage bytes in one message.
	MaxMessage = 4 << 20
)

// Options of a bus. The zero value is the default of every field.
type Options struct {
	// Retention is the age at which messages leave. Default 7 days.
	Retention time.Duration
	// MaxBytes that the log may take. Default 20 GB; never more than 60 % of what
	// is free when it opens.
	MaxBytes int64
	// Reserve is the room on the disk that the log leaves to the record: when less
	// is free, the log gives up its oldest messages, and below a quarter of it
	// nothing more is published. Default 512 MB.
	Reserve int64
	// First is the sequence of the first message of a log that is made new: where
	// the record's cursor points beyond. Default 1.
	First uint64
	// SyncEvery is how often the disk is asked to hold what was written. Default
	// 5 s. Decisions do not wait for it: they are in the record.
	SyncEvery time.Duration
	// ReadOnly opens an existing log for reading: nothing is made, nothing can be
	// published, and neither age nor size takes anything away.
	ReadOnly bool
	// Listeners outside this process; nil, the default, opens no socket.
	Listeners *Listeners
	// Log receives warnings and errors of the server. Default: none.
	Log *slog.Logger
}

// Ack is the promise of a sequence for a published message.
type Ack = interface {
	// Wait for the sequence. An error says that the message may not be in the log.
	Wait(ctx context.Context) (uint64, error)
}

// Bus is the log on disk. All methods may be called from any goroutine.
type Bus struct {
	options Options
	dir     string
	idle    time.Duration // after which the server forgets a reader that takes nothing
	lock    *os.File
	core    atomic.Pointer[core]

	full   atomic.Bool // below the last quarter of the reserve
	broken atomic.Bool // a write failed: the server must be started anew
	shrunk atomic.Uint64
	stop   chan struct{}
	done   sync.WaitGroup
	closed sync.Once
}

// core is the embedded server with a connection to it. A server whose disk was
// full for a moment never writes again, so it is replaced as a whole.
type core struct {
	server *server.Server
	conn   *nats.Conn
	js     jetstream.JetStream
	stream jetstream.Stream
}

// Open starts the server in a folder that it alone may use. A folder that is
// in use, full or not writable gives a *say.Error that says what to do.
func Open(dir string, o Options) (*Bus, error) {
	if o.Retention <= 0 {
		o.Retention = 7 * 24 * time.Hour
	}
	if o.Reserve <= 0 {
		o.Reserve = 512 << 20
	}
	if o.SyncEvery <= 0 {
		o.SyncEvery = 5 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.ReadOnly {
		if _, err := os.Stat(filepath.Join(dir, "jetstream")); err != nil {
			return nil, none(dir, err)
		}
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, unusable(dir, err)
	}
	if o.Listeners != nil {
		if err := o.Listeners.check(); err != nil {
			return nil, err
		}
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, err
	}
	b := &Bus{options: o, dir: dir, idle: time.Minute, lock: lock, stop: make(chan struct{})}
	c, err := b.start()
	if err != nil {
		lock.Close()
		return nil, err
	}
	b.core.Store(c)
	b.done.Add(1)
	go b.keepRoom()
	return b, nil
}

// start makes a core on the folder.
func (b *Bus) start() (*core, error) {
	o := &server.Options{
		ServerName: "marsad", DontListen: true, NoSigs: true,
		DisableJetStreamBanner: true, JetStream: true, StoreDir: b.dir,
		JetStreamMaxStore: 1 << 50, JetStreamMaxMemory: 16 << 20, // the stream has the limit
		MaxPayload: MaxMessage, SyncInterval: b.options.SyncEvery,
	}
	password := ""
	if b.options.Listeners != nil {
		password = b.options.Listeners.open(o)
	}
	s, err := server.NewServer(o)
	if err != nil {
		return nil, unusable(b.dir, err)
	}
	c := &core{server: s}
	s.SetLoggerV2(listening{b}, false, false, false)
	go s.Start()
	if err := c.connect(b, password); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func (c *core) connect(b *Bus, password string) (err error) {
	if !c.server.ReadyForConnections(20 * time.Second) {
		return unusable(b.dir, errors.New("the embedded log server did not start within 20 s"))
	}
	if c.conn, err = nats.Connect("", nats.InProcessServer(c.server), nats.UserInfo(inside, password), nats.CustomInboxPrefix(privateInbox+rand.Text()), nats.Name("marsad"), nats.MaxReconnects(-1), nats.ReconnectWait(50*time.Millisecond)); err != nil {
		return unusable(b.dir, err)
	}
	if c.js, err = jetstream.New(c.conn, jetstream.WithPublishAsyncMaxPending(maxPending), jetstream.WithPublishAsyncTimeout(10*time.Second)); err != nil {
		return unusable(b.dir, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	return c.openStream(ctx, b)
}

func (c *core) openStream(ctx context.Context, b *Bus) error {
	found, err := c.js.Stream(ctx, stream)
	if err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
		return unusable(b.dir, err)
	}
	if b.options.ReadOnly {
		if err != nil {
			return none(b.dir, err)
		}
		c.stream = found
		return nil
	}
	config := jetstream.StreamConfig{
		Name: stream, Subjects: []string{subjects}, Storage: jetstream.FileStorage,
		Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardOld,
		MaxBytes: b.limit(), MaxMsgSize: MaxMessage, // age is kept by forget: an archive must stay readable
		Compression: jetstream.S2Compression, Duplicates: time.Second, AllowDirect: true, Replicas: 1,
	}
	if found == nil {
		config.FirstSeq = max(1, b.options.First)
	} else {
		config.FirstSeq = found.CachedInfo().Config.FirstSeq
	}
	if c.stream, err = c.js.CreateOrUpdateStream(ctx, config); err != nil {
		return unusable(b.dir, err)
	}
	return c.openAnnounced(ctx, b)
}

func (c *core) close() {
	if c.conn != nil {
		c.conn.Close()
	}
	c.server.Shutdown()
	c.server.WaitForShutdown()
}

// limit is how many bytes the log may take: what was asked for, and no more
// than 60 % of what it has and what is free.
func (b *Bus) limit() int64 {
	want := b.options.MaxBytes
	if want <= 0 {
		want = 20 << 30
	}
	if free, ok := freeBytes(b.dir); ok {
		want = min(want, (free+usedBytes(b.dir))/10*6)
	}
	return max(want, 1<<20)
}

// Publish appends bytes under a subject of `in.>`. Calls one after the other
// keep their order. The bytes may be reused once Publish has returned. A full
// disk gives a *say.Error with code "bus.full".
func (b *Bus) Publish(subject string, data []byte) (Ack, error) {
	if b.options.ReadOnly {
		return nil, readOnly()
	}
	if !strings.HasPrefix(subject, "in.") {
		return nil, unwritten(errSubject(subject))
	}
	if b.full.Load() || b.broken.Load() {
		return nil, fullError(b.dir)
	}
	future, err := b.core.Load().js.PublishMsgAsync(&nats.Msg{Subject: subject, Data: data}, jetstream.WithRetryAttempts(0))
	if err != nil {
		return nil, unwritten(err)
	}
	return ack{future}, nil
}

type ack struct{ future jetstream.PubAckFuture }

func (a ack) Wait(ctx context.Context) (uint64, error) {
	select {
	case ok := <-a.future.Ok():
		return ok.Sequence, nil
	case err := <-a.future.Err():
		return 0, unwritten(err)
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// Read calls fn for every message from a sequence on, in order: up to and
// including `to`, or for ever where `to` is 0. A `from` that has left the log
// begins at its first message. It ends with nil after `to`, with fn's error, or
// with the context's. The bytes are fn's to keep.
func (b *Bus) Read(ctx context.Context, from, to uint64, fn func(sequence uint64, subject string, data []byte) error) error {
	first, last, err := b.Range(ctx)
	if err != nil {
		return err
	}
	from = max(from, first)
	if to != 0 {
		if to = min(to, last); from > to {
			return nil
		}
	}
	r := reading{bus: b, next: from, to: to, fn: fn}
	for failures := 0; ; failures++ {
		was := r.next
		err := r.run(ctx)
		switch {
		case err == nil || r.stopped:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case r.next > was:
			failures = 0
		case errors.Is(err, errHole):
			return damaged(r.next, to)
		case failures >= 20 && !b.broken.Load():
			return unreadable(err)
		}
		// A machine short of breath may lose a consumer: read on where it ended.
		select {
		case <-time.After(100 * time.Millisecond):
		case <-b.stop:
			return unreadable(err)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// reading is one call of Read.
type reading struct {
	bus      *Bus
	next, to uint64
	fn       func(sequence uint64, subject string, data []byte) error
	stopped  bool // by fn
}

// run reads with one consumer. Nil is the end that was asked for; any other
// error than fn's may be mended by another consumer.
func (r *reading) run(ctx context.Context) error {
	consumer, err := r.bus.core.Load().js.OrderedConsumer(ctx, stream, jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: r.next, InactiveThreshold: r.bus.idle,
	})
	if err != nil {
		return err
	}
	messages, err := consumer.Messages(jetstream.PullMaxMessages(512), jetstream.PullExpiry(10*time.Second), jetstream.PullHeartbeat(2*time.Second))
	if err != nil {
		return err
	}
	defer messages.Stop()
	defer context.AfterFunc(ctx, messages.Stop)()
	var wait []jetstream.NextOpt // without an end, silence is what a quiet log does
	if r.to != 0 {
		wait = append(wait, jetstream.NextMaxWait(stalled))
	}
	for {
		m, err := messages.Next(wait...)
		if errors.Is(err, nats.ErrTimeout) {
			return errors.Join(err, r.hole(ctx))
		}
		if err != nil {
			return err
		}
		meta, err := m.Metadata()
		if err != nil {
			return err
		}
		sequence := meta.Sequence.Stream
		if sequence < r.next {
			return fmt.Errorf("message %d came after %d", sequence, r.next-1)
		}
		if r.to != 0 && sequence > r.to {
			return nil
		}
		r.next = sequence + 1
		if err := r.fn(sequence, m.Subject(), m.Data()); err != nil {
			r.stopped = true
			return err
		}
		if sequence == r.to {
			return nil
		}
	}
}

// stalled is how long a message that should be in the log may take.
const stalled = 5 * time.Second

var errHole = errors.New("nothing to read up to the end")

// hole reports whether the log holds no message any more from the next one up to
// the end that was asked for: a damaged file, of which only the index is left.
func (r *reading) hole(ctx context.Context) error {
	m, err := r.bus.core.Load().stream.GetMsg(ctx, r.next, jetstream.WithGetMsgSubject(">"))
	if errors.Is(err, jetstream.ErrMsgNotFound) || err == nil && m.Sequence > r.to {
		return errHole
	}
	return err
}

// Get gives one message; a *say.Error with code "bus.no_message" where it has
// left the log or is not there yet.
func (b *Bus) Get(ctx context.Context, sequence uint64) (subject string, data []byte, err error) {
	m, err := b.core.Load().stream.GetMsg(ctx, sequence)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return "", nil, missing(sequence)
	}
	if err != nil {
		return "", nil, unreadable(err)
	}
	return m.Subject, m.Data, nil
}

// Range gives the first and the last sequence. An empty log has last = first-1.
func (b *Bus) Range(ctx context.Context) (first, last uint64, err error) {
	info, err := b.core.Load().stream.Info(ctx)
	if err != nil {
		return 0, 0, unreadable(err)
	}
	first, last = info.State.FirstSeq, info.State.LastSeq
	if info.State.Msgs == 0 {
		first = last + 1
		if last == 0 {
			first = max(1, info.Config.FirstSeq)
			last = first - 1
		}
	}
	return first, last, nil
}

// Size gives messages and bytes on disk, for the metrics.
func (b *Bus) Size(ctx context.Context) (messages, bytes uint64, err error) {
	info, err := b.core.Load().stream.Info(ctx)
	if err != nil {
		return 0, 0, unreadable(err)
	}
	return info.State.Msgs, info.State.Bytes, nil
}

// Close stops the server and frees the folder. Acknowledged messages are on
// disk when it returns.
func (b *Bus) Close() error {
	b.closed.Do(func() {
		close(b.stop)
		b.done.Wait()
		b.core.Load().close()
		b.lock.Close()
	})
	return nil
}
