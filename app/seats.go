package app

import (
	"context"
	"crypto/rand"
	"encoding/base64"

	"marsad/engine/access"
	"marsad/say"
)

// Seat of the demo: an account with a role, fictional. Duty is the one that the
// demo's link signs in as; it holds both the watch officer's and the
// commander's roles, so that one person can walk the whole path.
const (
	Duty   = "duty"
	demoID = "demo-"
)

func seats() []access.Account {
	all := []string{"*"}
	return []access.Account{
		{ID: Duty, Login: "duty", Name: say.Text{En: "Dawood Salim", Ar: "داود سليم"}, Rank: say.Text{En: "Maj.", Ar: "الرائد"},
			Roles: []access.Role{access.WatchOfficer, access.Commander, access.Liaison, access.Oversight}, Sections: all, Deputy: demoID + "deputy"},
		{ID: demoID + "deputy", Login: "deputy", Name: say.Text{En: "Karim Jasim", Ar: "كريم جاسم"}, Rank: say.Text{En: "Capt.", Ar: "النقيب"},
			Roles: []access.Role{access.Commander}, Sections: all},
		{ID: demoID + "watch", Login: "watch", Name: say.Text{En: "Yusuf Hadi", Ar: "يوسف هادي"}, Rank: say.Text{En: "Lt.", Ar: "الملازم"},
			Roles: []access.Role{access.WatchOfficer}, Sections: []string{"rabia"}, Deputy: Duty},
		{ID: demoID + "field", Login: "field", Name: say.Text{En: "Adnan Faris", Ar: "عدنان فارس"}, Rank: say.Text{En: "Sgt.", Ar: "العريف"},
			Roles: []access.Role{access.Field}, Sections: []string{"rabia"}},
		{ID: demoID + "engineer", Login: "engineer", Name: say.Text{En: "Huda Nasir", Ar: "هدى ناصر"}, Rank: say.Text{En: "Eng.", Ar: "المهندسة"},
			Roles: []access.Role{access.Engineer}, Sections: all},
		{ID: demoID + "analyst", Login: "analyst", Name: say.Text{En: "Zaynab Ali", Ar: "زينب علي"}, Rank: say.Text{En: "Analyst", Ar: "المحللة"},
			Roles: []access.Role{access.Analyst}, Sections: all},
		{ID: demoID + "liaison", Login: "liaison", Name: say.Text{En: "Omar Khalid", Ar: "عمر خالد"}, Rank: say.Text{En: "Liaison officer", Ar: "ضابط الارتباط"},
			Roles: []access.Role{access.Liaison}, Sections: all},
		{ID: demoID + "oversight", Login: "oversight", Name: say.Text{En: "Salma Rashid", Ar: "سلمى رشيد"}, Rank: say.Text{En: "Oversight", Ar: "الرقابة"},
			Roles: []access.Role{access.Oversight}, Sections: all},
		{ID: demoID + "admin", Login: "admin", Name: say.Text{En: "Bilal Amin", Ar: "بلال أمين"}, Rank: say.Text{En: "Administrator", Ar: "مدير النظام"},
			Roles: []access.Role{access.Administrator}, Sections: all},
	}
}

// TakeSeats makes the demo's accounts where they are absent. Their passwords are
// random and told to nobody: the demo gives links.
func TakeSeats(ctx context.Context, door *access.Door) error {
	for _, a := range seats() {
		if _, err := door.Account(ctx, a.ID); err == nil {
			continue
		}
		raw := make([]byte, 24)
		if _, err := rand.Read(raw); err != nil {
			return err
		}
		hash, err := access.HashPassword(base64.RawStdEncoding.EncodeToString(raw))
		if err != nil {
			return err
		}
		a.Password = hash
		if err := door.Put(ctx, nil, a); err != nil {
			return err
		}
	}
	return nil
}

// SeatIDs of the demo, in order.
func SeatIDs() []string {
	var ids []string
	for _, a := range seats() {
		ids = append(ids, a.ID)
	}
	return ids
}
