// Package say holds what Marsad says to people, in Arabic and in English
// at once, and the errors that carry such messages.
//
// In: words in both languages. Out: values that keep both together, so that
// no message exists in one language only. It formats nothing by locale and
// imports only the standard library.
package say
