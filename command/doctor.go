package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"marsad/app"
	"marsad/engine/config"
	"marsad/say"
)

// DoctorCmd looks for what is wrong with an installation.
type DoctorCmd struct {
	Config string `type:"path" help:"The configuration file; the defaults without one."`
	Data   string `type:"path" help:"The data folder, when it is not the configuration's."`
	Online `embed:""`
	Lang   string `default:"en" enum:"en,ar" help:"Language of the answer: en or ar."`
}

// finding of the doctor.
type finding struct {
	well       bool
	what, mend say.Text
}

func well(en, ar string) finding { return finding{well: true, what: say.Text{En: en, Ar: ar}} }

func mend(en, ar, doEn, doAr string) finding {
	return finding{what: say.Text{En: en, Ar: ar}, mend: say.Text{En: doEn, Ar: doAr}}
}

// sick is what an error for people says.
func sick(err error) finding {
	if e, ok := errors.AsType[*say.Error](err); ok {
		f := finding{what: e.Text, mend: e.Hint}
		if e.Cause != nil {
			f.what.En += " (" + e.Cause.Error() + ")"
		}
		return f
	}
	return finding{what: say.Text{En: err.Error(), Ar: say.LTR(err.Error())}}
}

// Run prints one line for each thing looked at. It changes nothing and exits
// with 1 where something needs mending.
func (c *DoctorCmd) Run(s *Streams) error {
	conf := config.Default()
	if c.Config != "" {
		var err error
		if conf, err = config.Read(c.Config); err != nil {
			return err
		}
	}
	if c.Data != "" {
		conf.Data = c.Data
	}
	found := []finding{
		lookAtFolder(conf.Data), lookAtSpace(conf.Data), lookAtKeys(conf.Data), lookAtHeads(conf.Data, conf.Heads),
		lookAtPort(say.Text{En: "page and API", Ar: "الصفحة والواجهة"}, conf.Addr), lookAtPort(say.Text{En: "SAPIENT", Ar: "SAPIENT"}, conf.Sapient.Addr),
		lookAtClock(conf.Data), lookAtRoster(len(conf.Units)),
	}
	found = append(found, lookAtNamed(conf)...)
	found = append(found, lookAtCertificates(conf, time.Now())...)
	found = append(found, lookAtSecrets(c.Config, conf)...)
	found = append(found, lookAtCameras(context.Background(), conf, c.Online)...)
	if tell(s, found, c.Lang) > 0 {
		return exit(1)
	}
	return nil
}

// tell prints findings and counts those that need mending.
func tell(s *Streams, found []finding, lang string) (sick int) {
	good, bad, do := say.Text{En: "well ", Ar: "سليم "}, say.Text{En: "MEND ", Ar: "أصلح "}, say.Text{En: "      do this:", Ar: "      افعل:"}
	for _, f := range found {
		if f.well {
			fmt.Fprintln(s.Out, good.In(lang), f.what.In(lang))
			continue
		}
		sick++
		fmt.Fprintln(s.Out, bad.In(lang), f.what.In(lang))
		if !f.mend.IsZero() {
			fmt.Fprintln(s.Out, do.In(lang), f.mend.In(lang))
		}
	}
	return sick
}

func lookAtFolder(dir string) finding {
	info, err := os.Stat(dir)
	if os.IsNotExist(err) {
		return well(fmt.Sprintf("data folder %s does not exist yet; the first start makes it", dir), "مجلد البيانات "+say.LTR(dir)+" غير موجود بعد؛ ينشئه أول تشغيل")
	}
	if err != nil || !info.IsDir() {
		return mend(fmt.Sprintf("data folder %s is no folder that can be read (%v)", dir, err), "مجلد البيانات "+say.LTR(dir)+" لا تمكن قراءته",
			"choose another with data: in the configuration", "اختر غيره عبر "+say.LTR("data:")+" في الإعدادات")
	}
	probe, err := os.CreateTemp(dir, "doctor-*")
	if err != nil {
		return mend(fmt.Sprintf("data folder %s cannot be written (%v)", dir, err), "لا تمكن الكتابة في مجلد البيانات "+say.LTR(dir),
			"give it to the user that Marsad runs as", "أعطِ ملكيته للمستخدم الذي يعمل مرصد بحسابه")
	}
	probe.Close()
	os.Remove(probe.Name())
	return well("data folder "+dir+" can be written", "تمكن الكتابة في مجلد البيانات "+say.LTR(dir))
}

func lookAtSpace(dir string) finding {
	for dir != "/" && dir != "." {
		if _, err := os.Stat(dir); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return mend(fmt.Sprintf("free space of %s is unknown (%v)", dir, err), "المساحة الحرة غير معروفة: "+say.LTR(dir), "look with df", "افحصها بالأمر "+say.LTR("df"))
	}
	free := float64(st.Bavail) * float64(st.Bsize) / (1 << 30)
	f := mend(fmt.Sprintf("%.1f GiB free for data", free), fmt.Sprintf("المساحة الحرة للبيانات: %.1f غيبيبايت", free),
		"make room or lower log.max_bytes; the record stops acknowledging when the disk is full", "أفسح مساحة أو خفّض "+say.LTR("log.max_bytes")+"؛ يتوقف السجل عن الإقرار عند امتلاء القرص")
	f.well = free >= 2
	return f
}

func lookAtKeys(dir string) finding {
	keys, _ := filepath.Glob(filepath.Join(dir, "*.key"))
	for _, k := range keys {
		if info, err := os.Stat(k); err == nil && info.Mode().Perm()&0o077 != 0 {
			return mend(fmt.Sprintf("key %s can be read by others (%s)", k, info.Mode().Perm()), "المفتاح "+say.LTR(k)+" يمكن لغير مالكه قراءته", "chmod 600 "+k, "نفّذ "+say.LTR("chmod 600 "+k))
		}
	}
	return well(fmt.Sprintf("%d signing keys are private to their owner", len(keys)), fmt.Sprintf("مفاتيح التوقيع خاصة بمالكها: %d", len(keys)))
}

// lookAtSecrets looks whether others can read the passwords of cameras.
func lookAtSecrets(file string, conf config.Config) []finding {
	if file == "" || len(conf.Cameras) == 0 {
		return nil
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	return []finding{mend(fmt.Sprintf("%s names cameras, whose addresses may hold passwords, and can be read by others (%s)", file, info.Mode().Perm()),
		"الملف "+say.LTR(file)+" يذكر كاميرات قد تحمل عناوينها كلمات مرور ويمكن لغير مالكه قراءته", "chmod 600 "+file, "نفّذ "+say.LTR("chmod 600 "+file))}
}

func lookAtHeads(dir, heads string) finding {
	if heads == "" {
		return mend("signed heads of the audit chain stay inside the data folder", "أختام سلسلة التدقيق الموقّعة تبقى داخل مجلد البيانات",
			"set heads: to a folder that the administrator does not control, or copy them out every day; only a head outside shows a truncation",
			"اجعل "+say.LTR("heads:")+" مجلداً لا يتحكم فيه مدير النظام، أو انسخها خارجاً كل يوم؛ لا يكشف القطع إلا ختم في الخارج")
	}
	if within, err := filepath.Rel(dir, heads); err == nil && filepath.IsLocal(within) {
		return mend("heads: "+heads+" lies inside the data folder", "مجلد الأختام "+say.LTR(heads)+" داخل مجلد البيانات", "choose a folder elsewhere", "اختر مجلداً في مكان آخر")
	}
	return well("signed heads are handed out to "+heads, "تُسلَّم الأختام الموقّعة إلى "+say.LTR(heads))
}

func lookAtPort(what say.Text, addr string) finding {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return mend(fmt.Sprintf("%s cannot listen on %s (%v)", what.En, addr, err), what.Ar+": تعذر فتح المنفذ "+say.LTR(addr),
			"stop what uses the port (a running Marsad?), or choose another address", "أوقف من يستعمل المنفذ (مرصد آخر يعمل؟) أو اختر عنواناً آخر")
	}
	l.Close()
	return well(fmt.Sprintf("%s can listen on %s", what.En, addr), what.Ar+": يمكن فتح المنفذ "+say.LTR(addr))
}

// lookAtClock compares the clock with the newest file of the data folder: a
// clock that went backwards makes new event times look old.
func lookAtClock(dir string) finding {
	newest := time.Time{}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, f := range files {
		if info, err := os.Stat(f); err == nil && info.ModTime().After(newest) {
			newest = info.ModTime()
		}
	}
	now := time.Now()
	if now.Year() < 2025 || newest.After(now.Add(2*time.Second)) {
		return mend(fmt.Sprintf("the clock says %s, the newest data %s", now.Format(time.RFC3339), newest.Format(time.RFC3339)),
			"الساعة تقول "+say.LTR(now.Format(time.RFC3339))+" وأحدث البيانات "+say.LTR(newest.Format(time.RFC3339)),
			"set the clock; without NTP compare it with a GPS receiver", "اضبط الساعة؛ ودون NTP قارنها بمستقبل GPS")
	}
	return well("the clock is not behind the data: "+now.Format(time.RFC3339), "الساعة ليست متأخرة عن البيانات: "+say.LTR(now.Format(time.RFC3339)))
}

// lookAtNamed looks at everything that the configuration names: certificates,
// rules, ground, zones, posts, dwellings, sections.
func lookAtNamed(conf config.Config) []finding {
	var found []finding
	for _, err := range app.Check(conf) {
		found = append(found, sick(err))
	}
	if len(found) == 0 {
		return []finding{well("every file and section that the configuration names is there", "كل ما تذكره الإعدادات من ملفات وقواطع موجود")}
	}
	return found
}

// renewWithin is how long before its end a certificate is to be renewed.
const renewWithin = 30 * 24 * time.Hour

// lookAtCertificates says when each ends: nothing on a closed site renews it by
// itself, and sensors fall silent on the day.
func lookAtCertificates(conf config.Config, now time.Time) (found []finding) {
	for _, c := range app.Certificates(conf) {
		if c.Trouble != "" {
			continue // lookAtNamed says so
		}
		until := time.UnixMilli(c.Until).UTC()
		day := until.Format(time.DateOnly)
		en, ar := fmt.Sprintf("the certificate %s (%s) ends on %s", c.Subject, c.Use, day), "الشهادة "+say.LTR(c.Subject)+" ("+say.LTR(c.Use)+") تنتهي في "+say.LTR(day)
		if until.Sub(now) < renewWithin {
			found = append(found, mend(en, ar, "sign a new one with the site's authority, replace the files and restart (docs/operations.md, Certificates)", "وقّع شهادة جديدة من سلطة الموقع وبدّل الملفات ثم أعد التشغيل"))
			continue
		}
		found = append(found, well(en, ar))
	}
	return found
}

func lookAtRoster(n int) finding {
	if n == 0 {
		return mend("the roster names no own unit", "لا توجد وحدة خاصة في القائمة",
			"list units: in the configuration; without them nobody can be proposed and no patrol is known as own", "اذكر "+say.LTR("units:")+" في الإعدادات؛ دونها لا يمكن اقتراح أحد ولا تُعرف دورية")
	}
	return well(fmt.Sprintf("the roster names %d own units", n), fmt.Sprintf("الوحدات في القائمة: %d", n))
}
