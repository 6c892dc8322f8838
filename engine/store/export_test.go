package store

// Synchronous sets what a real store never is: less than FULL.
func Synchronous(o Options, mode string) Options { o.synchronous = mode; return o }

// MaxPages limits the database to a number of pages: a disk that gets full.
func MaxPages(o Options, n int) Options { o.maxPages = n; return o }

// What tests of one function need.
var (
	ReadMigrations = readMigrations
	Unpack         = unpack
	DSN            = dsn
)
