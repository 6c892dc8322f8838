package store

import (
	"context"
	"errors"
	"io/fs"
	"syscall"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"marsad/say"
)

// ErrClosed is returned by every call after Close.
var ErrClosed = &say.Error{
	Code: "store.closed", Kind: say.Unavailable,
	Text: say.Text{En: "the record is closed", Ar: "السجل مغلق"},
	Hint: say.Text{En: "Marsad is shutting down; try again when it runs", Ar: "مرصد يتوقف؛ أعد المحاولة بعد تشغيله"},
}

// fault turns what SQLite and the file system report into an error for people.
// nil stays nil, and an error that already speaks to people stays as it is.
func fault(err error, dir string) error {
	var told *say.Error
	if err == nil || errors.As(err, &told) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	var e *sqlite.Error
	code := 0
	if errors.As(err, &e) {
		code = e.Code() & 0xff
	}
	switch {
	case code == lib.SQLITE_FULL || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT):
		return &say.Error{
			Code: "store.full", Kind: say.Unavailable, Cause: err,
			Text: say.Text{En: "the disk with the record is full: nothing more can be put on record", Ar: "القرص الذي يحوي السجل ممتلئ: لا يمكن تسجيل أي شيء"},
			Hint: say.Text{En: "free some space on the disk of " + dir + "; Marsad goes on by itself, and all that was acknowledged is kept", Ar: "أفرغ مساحة على قرص " + say.LTR(dir) + "؛ سيتابع مرصد تلقائياً، وكل ما تأكد تسجيله محفوظ"},
		}
	case code == lib.SQLITE_BUSY || code == lib.SQLITE_LOCKED:
		return &say.Error{
			Code: "store.locked", Kind: say.Unavailable, Cause: err,
			Text: say.Text{En: "another program holds the record locked", Ar: "برنامج آخر يقفل السجل"},
			Hint: say.Text{En: "close what has record.db open in " + dir + " (a database browser, a copy in progress); nothing was written, try again", Ar: "أغلق البرنامج الذي يفتح " + say.LTR("record.db") + " في " + say.LTR(dir) + "؛ لم يُكتب شيء، أعد المحاولة"},
		}
	case code == lib.SQLITE_CORRUPT || code == lib.SQLITE_NOTADB:
		return broken(dir, err)
	case code == lib.SQLITE_READONLY || code == lib.SQLITE_CANTOPEN || code == lib.SQLITE_PERM || errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS):
		return &say.Error{
			Code: "store.permission", Kind: say.Unavailable, Cause: err,
			Text: say.Text{En: "Marsad may not write to its data folder", Ar: "لا يملك مرصد صلاحية الكتابة في مجلد بياناته"},
			Hint: say.Text{En: "give the user that runs Marsad the folder " + dir + ", or choose another with --data", Ar: "امنح المستخدم الذي يشغّل مرصد صلاحية المجلد " + say.LTR(dir) + " أو اختر غيره بالخيار " + say.LTR("--data")},
		}
	case code == lib.SQLITE_IOERR || errors.Is(err, syscall.EIO):
		return &say.Error{
			Code: "store.disk", Kind: say.Unavailable, Cause: err,
			Text: say.Text{En: "the disk with the record does not write any more", Ar: "القرص الذي يحوي السجل لم يعد يكتب"},
			Hint: say.Text{En: "check the disk of " + dir + " and its size limits; Marsad tries again by itself, and all that was acknowledged is kept", Ar: "افحص قرص " + say.LTR(dir) + " وحدود حجمه؛ سيعيد مرصد المحاولة تلقائياً، وكل ما تأكد تسجيله محفوظ"},
		}
	}
	return &say.Error{
		Code: "store.internal", Kind: say.Internal, Cause: err,
		Text: say.Text{En: "the record failed", Ar: "تعطل السجل"},
		Hint: say.Text{En: "see the log; nothing of this step was written", Ar: "راجع سجل التشغيل؛ لم يُكتب شيء من هذه الخطوة"},
	}
}

func broken(dir string, cause error) error {
	return &say.Error{
		Code: "store.broken", Kind: say.Unavailable, Cause: cause,
		Text: say.Text{En: "the record in " + dir + " is damaged", Ar: "السجل في " + say.LTR(dir) + " تالف"},
		Hint: say.Text{En: "keep the folder as it is, restore the latest backup into an empty one (marsad restore FILE --data NEW) and start there", Ar: "اترك المجلد كما هو، واسترجع آخر نسخة احتياطية في مجلد فارغ (" + say.LTR("marsad restore FILE --data NEW") + ") وشغّل منه"},
	}
}

// notFound is the error for a thing that is not on record.
func notFound(what, id string) error {
	return &say.Error{
		Code: what + ".not_found", Kind: say.NotFound,
		Text: say.Text{En: "there is no such " + what + " on record: " + id, Ar: "لا يوجد في السجل: " + say.LTR(what+" "+id)},
	}
}
