package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"marsad/assess"
	"marsad/border"
	"marsad/engine/config"
	"marsad/engine/pipeline"
	"marsad/engine/store"
	"marsad/face/api"
	"marsad/fuse"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
)

// Parts makes the stages of a configuration: the same for the live engine, for
// a replay and for a drill.
func Parts(c config.Config, atlas *border.Atlas) pipeline.Parts {
	return func() (pipeline.Fuser, pipeline.Assessor, pipeline.Responder, error) {
		line := assess.OnAtlas(atlas)
		assessing := assess.Config{Line: line}
		responding := respond.Config{
			Line: line, Parents: map[string]string{}, Deputies: c.Respond.Deputies,
			AckWithin: time.Duration(c.Respond.AckWithin), AnswerWithin: time.Duration(c.Respond.AnswerWithin),
			CustodyWarn: time.Duration(c.Respond.CustodyWarn), CustodyTell: time.Duration(c.Respond.CustodyTell),
			Commanders: c.Respond.Commanders,
		}
		for _, u := range c.Units {
			assessing.Patrols = append(assessing.Patrols, assess.Patrol{Unit: u.ID, Name: u.Name, Node: sense.SensorID(u.Node), Check: time.Duration(u.Check) * time.Second})
			responding.Units = append(responding.Units, respond.Unit{ID: u.ID, Name: u.Name, Section: u.Section, Home: u.Home, People: u.People, Speed: u.Speed})
		}
		for _, s := range atlas.Division.All() {
			responding.Parents[s.ID] = s.Parent
		}
		if c.Rules != "" {
			rules, err := readRules(c.Rules)
			if err != nil {
				return nil, nil, nil, err
			}
			assessing.Rules = rules
		}
		assessor, err := assess.New(assessing)
		if err != nil {
			return nil, nil, nil, err
		}
		responder, err := respond.New(responding)
		if err != nil {
			return nil, nil, nil, err
		}
		fusing := fuse.Defaults()
		if c.Sapient.NodeID != "" {
			fusing.Names = []sense.SensorID{sense.SensorID(c.Sapient.NodeID)}
		}
		return fuse.New(fusing), assessor, responder, nil
	}
}

// readRules reads an operator's own rules: a YAML file for each.
func readRules(dir string) ([]assess.Rule, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, &say.Error{Code: "rules.none", Kind: say.Invalid,
			Text: say.Text{En: "the folder of rules holds no .yaml file: " + dir, Ar: "لا يحتوي مجلد القواعد على أي ملف"},
			Hint: say.Text{En: "correct rules: in the configuration, or leave it out for the built-in rules", Ar: "صحح المسار أو احذفه لاستعمال القواعد المدمجة"}}
	}
	files := map[string][]byte{}
	for _, n := range names {
		if files[n], err = os.ReadFile(n); err != nil {
			return nil, err
		}
	}
	return assess.LoadRules(files)
}

// settings are what shapes the stages, as the log keeps them: a replay steps each
// run with the settings of that run.
func (a *App) settings() []byte {
	b, err := json.Marshal(a.config)
	if err != nil {
		return nil // the configuration came from YAML and always encodes
	}
	return b
}

func (a *App) digest() string {
	h := sha256.Sum256(a.settings())
	return hex.EncodeToString(h[:8])
}

// recordOf shows the store to the pipeline.
type recordOf struct{ *store.Store }

// OpenCases reads all cases that are not closed.
func (r recordOf) OpenCases(ctx context.Context) ([]respond.Case, error) {
	var all []respond.Case
	f := store.Filter{Sections: []string{store.AllSections}, Open: true, Page: store.Page{Limit: 1000}}
	for {
		cases, next, err := r.Store.Cases(ctx, f)
		if err != nil {
			return nil, err
		}
		all = append(all, cases...)
		if next == "" {
			return all, nil
		}
		f.After = next
	}
}

// Next asks the response stage what a person may do with a case now.
func (e engineOf) Next(_ context.Context, c respond.Case, p respond.Person) (allowed []api.Allowed, candidates []respond.Proposal) {
	e.app.engine.Ask(func(s *pipeline.Stages) {
		r, ok := s.Responder().(*respond.Responder)
		if !ok {
			return
		}
		for _, x := range r.Allowed(c.Alert.ID, p) {
			allowed = append(allowed, api.Allowed{Verb: x.Verb, OK: x.OK, WhyNot: x.WhyNot})
		}
		candidates = r.Candidates(c.Alert.ID)
	})
	return allowed, candidates
}
