import { expect, test } from 'vitest'
import { bodyOf, draftOf, lacks, standing, type Account } from './admin'

const full = { ...draftOf(null), login: ' huda ', name: { en: ' Huda Karim', ar: 'هدى كريم ' }, roles: ['watch-officer'], sections: ['rabia'], password: 'a sentence that is long' }

test('an account is sent as it was meant, and a password only where one was typed', () => {
  expect(bodyOf(full, false)).toEqual({ login: 'huda', name: { en: 'Huda Karim', ar: 'هدى كريم' }, rank: { en: '', ar: '' }, roles: ['watch-officer'], sections: ['rabia'], password: 'a sentence that is long' })
  const kept: Account = { id: 'x', login: 'huda', name: { en: 'Huda', ar: 'هدى' }, rank: { en: 'Lt.', ar: 'ملازم' }, roles: ['field'], sections: ['*'], deputy: 'y', sessions: 0, tokens: [] }
  expect(bodyOf(draftOf(kept), true)).toEqual({ login: 'huda', name: kept.name, rank: kept.rank, roles: ['field'], sections: ['*'], deputy: 'y', off: true })
  const draft = draftOf(kept)
  draft.roles.push('commander')
  expect(kept.roles).toEqual(['field']) // a form that is left changes nothing
})

test('what is missing is said before anything is sent', () => {
  expect(lacks(full, true)).toEqual([])
  expect(lacks(draftOf(null), true)).toEqual(['admin.lack.login', 'admin.lack.name', 'admin.lack.role', 'admin.lack.section', 'admin.lack.password'])
  expect(lacks({ ...full, password: '' }, false)).toEqual([])
  expect(lacks({ ...full, password: 'short' }, false)).toEqual(['admin.lack.password'])
  expect(lacks({ ...full, roles: ['administrator'], sections: [] }, true)).toEqual([]) // sees no section's picture
  expect(lacks({ ...full, name: { en: 'Huda', ar: '' } }, true)).toEqual(['admin.lack.name'])
})

test('a certificate says in time that it ends', () => {
  const now = Date.UTC(2026, 10, 22)
  const c = (days: number, trouble?: string) => standing({ use: 'sapient', subject: 's', until: now + days * 86_400_000, trouble }, now)
  expect([c(200), c(29), c(0), c(-1), c(200, 'unreadable')]).toEqual(['good', 'soon', 'over', 'over', 'broken'])
})
