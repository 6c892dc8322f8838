package access

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// try signs in and gives the refusal's code, empty for success.
func (s *scene) try(t *testing.T, at Attempt) (string, string) {
	t.Helper()
	e, err := s.SignIn(t.Context(), at)
	if err != nil {
		return "", code(err)
	}
	return e.Device, ""
}

// Anybody may type wrong passwords for a name; the officer whose name it is gets in
// all the same: in a browser that knows him at once, and elsewhere as long as the
// attempts come from few addresses.
func TestNobodyLocksAnotherOut(t *testing.T) {
	for _, login := range []string{"yusuf", "eye"} {
		s := newScene(t)
		device, refusal := s.try(t, Attempt{Login: login, Password: good, Address: "10.0.0.7"})
		if refusal != "" {
			t.Fatal(refusal)
		}
		// One address: it waits, others do not.
		for range 50 {
			s.try(t, Attempt{Login: login, Password: "wrong", Address: "10.6.6.6"})
		}
		if _, refusal := s.try(t, Attempt{Login: login, Password: good, Address: "10.6.6.6"}); refusal != "access.locked" {
			t.Errorf("%s, the right password from where it was guessed: %q", login, refusal)
		}
		if _, refusal := s.try(t, Attempt{Login: login, Password: good, Address: "10.0.0.8"}); refusal != "" {
			t.Errorf("%s at a new desk while one address guesses: %q", login, refusal)
		}
		// A thousand addresses: the name is paced, the browser that knows him is not.
		for i := range 1000 {
			s.try(t, Attempt{Login: login, Password: "wrong", Address: fmt.Sprint("host", i)})
		}
		if _, refusal := s.try(t, Attempt{Login: login, Password: good, Address: "10.0.0.9"}); refusal != "access.locked" {
			t.Errorf("%s at a new desk while a thousand addresses guess: %q", login, refusal)
		}
		if _, refusal := s.try(t, Attempt{Login: login, Password: good, Address: "10.6.6.6", Device: device}); refusal != "" {
			t.Errorf("%s in his own browser: %q", login, refusal)
		}
		// Nothing is shut for good.
		s.now = s.now.Add(perName.every)
		if _, refusal := s.try(t, Attempt{Login: login, Password: good, Address: "10.0.0.9"}); refusal != "" {
			t.Errorf("%s a minute after the last guess: %q", login, refusal)
		}
	}
}

// A day of guessing from everywhere, with a flood of other names to make the door
// forget, tries no more passwords than the pace of a name allows.
func TestGuessingStaysExpensive(t *testing.T) {
	s := newScene(t)
	s.weigh(t) // the cost of argon2id is another matter
	begin, tried := s.now, 0
	for i := 0; s.now.Before(begin.Add(24 * time.Hour)); i++ {
		if _, refusal := s.try(t, Attempt{Login: "eye", Password: "wrong", Address: fmt.Sprint("host", i%5000)}); refusal == "access.sign_in" {
			tried++
		}
		s.try(t, Attempt{Login: fmt.Sprint("nobody", i), Password: "wrong", Address: fmt.Sprint("host", i%5000)})
		s.now = s.now.Add(3 * time.Second)
	}
	if most := perName.first + 24*60 + 1; tried > most || tried < 1000 {
		t.Errorf("%d passwords in a day, at most %d", tried, most)
	}
	// From one address, and with a mark that was stolen, it is as slow.
	device, refusal := s.try(t, Attempt{Login: "yusuf", Password: good, Address: "10.0.0.7"})
	if refusal != "" {
		t.Fatal(refusal)
	}
	for name, at := range map[string]Attempt{"one address": {Login: "admin", Address: "10.6.6.6"}, "a stolen mark": {Login: "yusuf", Address: "10.6.6.6", Device: device}} {
		begin, tried := s.now, 0
		for at.Password = "wrong"; s.now.Before(begin.Add(time.Hour)); s.now = s.now.Add(5 * time.Second) {
			if _, refusal := s.try(t, at); refusal == "access.sign_in" {
				tried++
			}
		}
		if tried > perPlace.first+61 {
			t.Errorf("%s: %d passwords in an hour", name, tried)
		}
	}
}

// Many names from one address keep nobody waiting for a processor.
func TestOneAddressTriesNoFloodOfNames(t *testing.T) {
	s := newScene(t)
	s.weigh(t)
	tried := 0
	for i := range 5000 {
		if _, refusal := s.try(t, Attempt{Login: fmt.Sprint("nobody", i), Password: "wrong", Address: "10.6.6.6"}); refusal == "access.sign_in" {
			tried++
		}
	}
	if tried != perAddress.first {
		t.Errorf("%d of 5000 names tried at once", tried)
	}
}

// A mark is of one account, one password and half a year, and cannot be made up.
func TestAMarkIsOfOneAccount(t *testing.T) {
	s := newScene(t)
	device, _ := s.try(t, Attempt{Login: "yusuf", Password: good, Address: "a"})
	yusuf, _ := s.Account(t.Context(), "yusuf")
	eye, _ := s.Account(t.Context(), "eye")
	own := marksOf(device)
	if len(own) != 1 || !own[0].of(yusuf, s.now) || own[0].of(eye, s.now) || own[0].of(nil, s.now) {
		t.Fatalf("marks %v", own)
	}
	if own[0].of(yusuf, s.now.Add(marksFor)) {
		t.Error("a mark of half a year ago")
	}
	changed := *yusuf
	changed.Password = eye.Password + "x"
	if own[0].of(&changed, s.now) {
		t.Error("a mark of an old password")
	}
	rapid.Check(t, func(t *rapid.T) {
		m := own[0]
		m[rapid.IntRange(0, len(m)-1).Draw(t, "byte")] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		if m.of(yusuf, s.now) {
			t.Error("a mark that was changed")
		}
	})
	// The browser of a watch room knows all who sit there, and no more than sixteen.
	both, refusal := s.try(t, Attempt{Login: "eye", Password: good, Address: "a", Device: device})
	if m := marksOf(both); refusal != "" || len(m) != 2 || !m[0].of(yusuf, s.now) || !m[1].of(eye, s.now) {
		t.Errorf("two people at one desk: %v", both)
	}
	full := strings.TrimSuffix(strings.Repeat(base64.RawURLEncoding.EncodeToString(make([]byte, len(mark{})))+".", 40), ".")
	if many, _ := s.try(t, Attempt{Login: "eye", Password: good, Address: "b", Device: full}); len(marksOf(many)) != maxMarks || len(many) > 1024 {
		t.Errorf("%d marks in %d letters", len(marksOf(many)), len(many))
	}
}

func FuzzMarks(f *testing.F) {
	f.Add("")
	f.Add("AAAA.%%%.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, text string) {
		marks := marksOf(text)
		if len(marks) > maxMarks || len(marksOf(textOf(marks))) != len(marks) {
			t.Fatalf("%q gives %d marks", text, len(marks))
		}
		for _, m := range marks {
			if m.of(&Account{ID: "a", Password: "p"}, time.Time{}) {
				t.Fatalf("%q is a mark that nobody made", text)
			}
		}
	})
}

// Every attempt is on record: each that was looked at, and the number of those that
// came before their turn, of which a thousand a second would fill the chain.
func TestRefusedSignInsAreOnRecord(t *testing.T) {
	s := newScene(t)
	for range perPlace.first {
		s.enter(t, "yusuf", "wrong")
	}
	for range 100 {
		s.enter(t, "yusuf", "wrong")
	}
	count := func(kind string) int { return strings.Count(strings.Join(s.notes, "\n")+"\n", kind+" \n") }
	if count("sign-in.refused") != perPlace.first || count("sign-in.locked") != 1 {
		t.Errorf("on record: %d refused, %d before their turn", count("sign-in.refused"), count("sign-in.locked"))
	}
	s.now = s.now.Add(time.Minute)
	if err := s.Tidy(t.Context()); err != nil {
		t.Fatal(err)
	}
	if last := s.details[len(s.details)-1]; last["attempts"] != "99" || last["address"] != "10.0.0.7" || last["login"] != "yusuf" {
		t.Errorf("the rest is on record as %v", last)
	}
}

func TestAClockThatWentBackGivesNoTurns(t *testing.T) {
	s := newScene(t)
	s.weigh(t)
	for range perPlace.first {
		s.enter(t, "yusuf", "wrong")
	}
	for range 10 {
		s.now = s.now.Add(-time.Hour)
		if _, _, err := s.enter(t, "yusuf", "wrong"); code(err) != "access.locked" {
			t.Fatalf("an hour back: %v", err)
		}
	}
	s.now = s.now.Add(2 * perPlace.every)
	if _, _, err := s.enter(t, "yusuf", "wrong"); code(err) != "access.sign_in" {
		t.Errorf("two minutes later: %v", err)
	}
}
