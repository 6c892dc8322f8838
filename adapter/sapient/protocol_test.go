package sapient

import (
	"os"
	"testing"
)

func TestProtocolIsTheDrawnOne(t *testing.T) {
	const golden = "testdata/protocol.golden"
	got := protocolTable()
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the machine changed; look at it, then run go test -update:\n%s", got)
	}
}

func TestProtocolRules(t *testing.T) {
	for s := range state(nState) {
		for m := range message(nMessage) {
			st := protocol[s][m]
			if s == greeting && m != msgRegistration && (st.verdict != drop || st.next != closed) {
				t.Errorf("%s is taken before the registration", messageNames[m])
			}
			if s == closed && (st.verdict != ignore || st.next != closed) {
				t.Errorf("%s does something after the end", messageNames[m])
			}
			if m == msgUnchanged && st.verdict == take && s != reporting {
				t.Errorf("UNCHANGED is taken in %s", stateNames[s])
			}
			if m == msgCommand && st.verdict == take {
				t.Errorf("a task from below is taken in %s", stateNames[s])
			}
			if (st.verdict == refuse || st.verdict == ignore) && st.next != s {
				t.Errorf("%s in %s is refused and yet moves on", messageNames[m], stateNames[s])
			}
		}
	}
}
