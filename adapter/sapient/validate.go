package sapient

import (
	"fmt"
	"math"
	"strconv"
	"sync"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	pb "marsad/adapter/sapient/sapientpb"
	"marsad/say"
)

// maxDepth of nested messages: sub-classes and sub-components nest themselves.
const maxDepth = 16

// maxItems of any list in a message.
const maxItems = 4096

// validate checks what the standard demands of a message beyond protobuf's
// types: fields that must be there, forms of ids, known enum values; and that
// all numbers are finite. The first thing wrong is returned, with its field
// named. Unknown fields are let pass: a later version may send them.
func validate(m *pb.SapientMessage) *say.Error {
	return walk(m.ProtoReflect(), "", 0)
}

// plan is what walk has to look at in a message type, made once.
type plan struct {
	fields []check
	oneofs []protoreflect.OneofDescriptor // one of which must be there
}

type check struct {
	fd       protoreflect.FieldDescriptor
	name     string
	must     bool
	uuid     bool
	ulid     bool
	enum     protoreflect.EnumValueDescriptors
	float    bool
	message  bool
	repeated bool
}

// plans by message descriptor; filled as messages are met.
var plans sync.Map

func planOf(d protoreflect.MessageDescriptor) *plan {
	if p, ok := plans.Load(d); ok {
		return p.(*plan)
	}
	p := &plan{}
	for i := range d.Fields().Len() {
		fd := d.Fields().Get(i)
		c := check{fd: fd, name: string(fd.Name()), repeated: fd.IsList()}
		if o, ok := fd.Options().(*descriptorpb.FieldOptions); ok {
			rule := proto.GetExtension(o, pb.E_Rule).(pb.Rule)
			c.must = rule == pb.Rule_RULE_MUST || rule == pb.Rule_RULE_MUST_UUID || rule == pb.Rule_RULE_MUST_ULID
			c.uuid = rule == pb.Rule_RULE_UUID || rule == pb.Rule_RULE_MUST_UUID
			c.ulid = rule == pb.Rule_RULE_ULID || rule == pb.Rule_RULE_MUST_ULID
		}
		switch fd.Kind() {
		case protoreflect.EnumKind:
			c.enum = fd.Enum().Values()
		case protoreflect.FloatKind, protoreflect.DoubleKind:
			c.float = true
		case protoreflect.MessageKind:
			c.message = true
		}
		p.fields = append(p.fields, c)
	}
	for i := range d.Oneofs().Len() {
		od := d.Oneofs().Get(i)
		if o, ok := od.Options().(*descriptorpb.OneofOptions); ok && proto.GetExtension(o, pb.E_OneMust).(bool) {
			p.oneofs = append(p.oneofs, od)
		}
	}
	plans.Store(d, p)
	return p
}

func walk(m protoreflect.Message, path string, depth int) *say.Error {
	if depth > maxDepth {
		return bad(CodeDeep, path, "nested too deeply", "مستويات متداخلة أكثر من المسموح", hintField)
	}
	p := planOf(m.Descriptor())
	for i := range p.fields {
		c := &p.fields[i]
		if !m.Has(c.fd) {
			if c.must {
				return bad(CodeMissing, join(path, c.name), "must be there", "حقل إلزامي غير موجود", hintField)
			}
			continue
		}
		if !c.repeated {
			if c.message || c.float || c.enum != nil || c.uuid || c.ulid {
				if err := c.value(m.Get(c.fd), path, -1, depth); err != nil {
					return err
				}
			}
			continue
		}
		list := m.Get(c.fd).List()
		if list.Len() > maxItems {
			return bad(CodeDeep, join(path, c.name), fmt.Sprintf("more than %d entries", maxItems), "عدد العناصر أكثر من المسموح", hintField)
		}
		for i := range list.Len() {
			if err := c.value(list.Get(i), path, i, depth); err != nil {
				return err
			}
		}
	}
	for _, od := range p.oneofs {
		if m.WhichOneof(od) == nil {
			return bad(CodeMissing, join(path, string(od.Name())), "one of its alternatives must be there", "حقل إلزامي غير موجود", hintField)
		}
	}
	return nil
}

// value checks one value; i is its index in a list, or negative. The path is
// put together only where it is needed.
func (c *check) value(v protoreflect.Value, path string, i, depth int) *say.Error {
	name := func() string {
		n := join(path, c.name)
		if i >= 0 {
			n += "." + strconv.Itoa(i)
		}
		return n
	}
	switch {
	case c.message:
		if c.fd.Message().FullName() == timestampName {
			return nil
		}
		return walk(v.Message(), name(), depth+1)
	case c.float:
		if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			return bad(CodeNumber, name(), "not a finite number", "ليس عدداً محدوداً", hintField)
		}
	case c.enum != nil:
		if n := v.Enum(); c.enum.ByNumber(n) == nil || n == 0 && c.must {
			return bad(CodeEnum, name(), fmt.Sprintf("%d is not a value of the standard here", n), "قيمة غير معروفة في المواصفة", hintField)
		}
	case c.uuid:
		if !ValidNodeID(v.String()) {
			return bad(CodeID, name(), fmt.Sprintf("%q is not a UUID version 4 in lower case", clip(v.String())), "معرّف غير صحيح", hintNodeID)
		}
	case c.ulid:
		if !ValidULID(v.String()) {
			return bad(CodeID, name(), fmt.Sprintf("%q is not a ULID in upper case", clip(v.String())), "معرّف غير صحيح", hintULID)
		}
	}
	return nil
}

const timestampName = "google.protobuf.Timestamp"

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// clip keeps foreign text short before it is repeated in a message.
func clip(s string) string {
	if len(s) > 64 {
		return s[:64] + "…"
	}
	return s
}
