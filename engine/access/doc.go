// Package access knows who somebody is and what he may see or do: local accounts
// with roles limited to sections, passwords, sessions, tokens, rate limits and
// lock-out. It works without internet and without a directory server.
//
// In: names, passwords and tokens. Out: an Account, or a refusal that is put on
// record. Everything is denied that a table does not allow. It never decides
// about an alert: which step of a case a role may take stands in respond.
package access
