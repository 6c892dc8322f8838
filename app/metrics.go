package app

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"marsad/adapter/sapient"
	"marsad/engine/picture"
	"marsad/engine/pipeline"
)

// metrics shows the pipeline's counters and the picture's figures to Prometheus.
// No figure names a place or a person, so the page needs no account.
func metrics(c *pipeline.Counters, p *picture.Picture, in *sapient.Server) http.Handler {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	counter := func(name, help string, get func() float64) {
		r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "marsad", Name: name, Help: help}, get))
	}
	gauge := func(name, help string, get func() float64) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "marsad", Name: name, Help: help}, get))
	}
	for _, m := range []struct {
		name, help string
		get        func() uint64
	}{
		{"scans_received_total", "Scans that adapters delivered.", c.Received.Load},
		{"entries_logged_total", "Entries that the log took.", c.Logged.Load},
		{"entries_stepped_total", "Entries that the stages saw.", c.Stepped.Load},
		{"scans_shed_total", "Scans shed by overload.", c.Shed.Load},
		{"scans_late_total", "Scans that came after the roll-back window.", c.Late.Load},
		{"inputs_refused_total", "Inputs refused.", c.Refused.Load},
		{"log_unreadable_total", "Log entries that could not be read.", c.Bad.Load},
		{"commits_total", "Transactions on disk.", c.Batches.Load},
		{"commit_failures_total", "Transactions that failed and were tried again.", c.Failures.Load},
	} {
		counter(m.name, m.help, func() float64 { return float64(m.get()) })
	}
	for _, m := range []struct {
		name, help string
		get        func() int64
	}{
		{"inputs_waiting", "Inputs that wait for the log.", c.Waiting.Load},
		{"entries_in_flight", "Entries on the log that the stages have not seen.", c.InFlight.Load},
		{"outputs_unsaved", "Outputs that wait for the disk.", c.Unsaved.Load},
	} {
		gauge(m.name, m.help, func() float64 { return float64(m.get()) })
	}
	gauge("tracks", "Tracks in the picture.", func() float64 { return float64(len(p.Current().Tracks)) })
	gauge("sensors_working", "Sensors that work now.", func() float64 { return float64(p.Current().Counts.SensorsGood) })
	gauge("sensors", "Sensors registered and not gone.", func() float64 { return float64(p.Current().Counts.SensorsTotal) })
	gauge("cases_open", "Cases that still need somebody.", func() float64 { return float64(p.Current().Counts.Open) })
	gauge("alerts_ten_minutes", "Alerts of the last ten minutes.", func() float64 { return float64(p.Current().Counts.TenMinutes) })
	gauge("degraded", "1 while nothing is acknowledged.", func() float64 {
		if c.Degraded.Load() {
			return 1
		}
		return 0
	})
	for _, share := range []struct {
		name string
		of   float64
	}{{"0.5", 0.5}, {"0.99", 0.99}} {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "marsad", Name: "scan_to_picture_seconds",
			Help: "From a scan's arrival to the first picture that used it.", ConstLabels: prometheus.Labels{"quantile": share.name}},
			func() float64 { return c.Latency.Quantile(share.of).Seconds() }))
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "marsad", Name: "commit_seconds",
			Help: "From a step to its batch on disk.", ConstLabels: prometheus.Labels{"quantile": share.name}},
			func() float64 { return c.Commit.Quantile(share.of).Seconds() }))
	}
	r.MustRegister(sapientMetrics{in})
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{})
}

// sapientMetrics shows what the SAPIENT server counted: one reading for all.
type sapientMetrics struct{ server *sapient.Server }

var (
	sapientOpen  = prometheus.NewDesc("marsad_sapient_connections", "SAPIENT nodes connected now.", nil, nil)
	sapientTotal = prometheus.NewDesc("marsad_sapient_total", "What SAPIENT nodes sent, by kind.", []string{"kind"}, nil)
	sapientNo    = prometheus.NewDesc("marsad_sapient_refused_total", "SAPIENT messages and nodes refused, by reason.", []string{"code"}, nil)
)

// Describe is prometheus.Collector.
func (sapientMetrics) Describe(out chan<- *prometheus.Desc) {
	out <- sapientOpen
	out <- sapientTotal
	out <- sapientNo
}

// Collect is prometheus.Collector.
func (m sapientMetrics) Collect(out chan<- prometheus.Metric) {
	c := m.server.Counters()
	out <- prometheus.MustNewConstMetric(sapientOpen, prometheus.GaugeValue, float64(c.Open))
	for kind, n := range map[string]uint64{
		"connection": c.Connections, "message": c.Messages, "slowed": c.Slowed, "registration": c.Registrations,
		"status": c.StatusReports, "detection": c.Detections, "scan": c.Scans, "empty_scan": c.EmptyScans,
		"own_fix": c.OwnFixes, "alert": c.Alerts, "cue": c.Cues,
	} {
		out <- prometheus.MustNewConstMetric(sapientTotal, prometheus.CounterValue, float64(n), kind)
	}
	for code, n := range c.Refused {
		out <- prometheus.MustNewConstMetric(sapientNo, prometheus.CounterValue, float64(n), code)
	}
}
