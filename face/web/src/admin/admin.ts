// What an administrator looks after, as the API has it (face/api/administration.go).

import type { Text } from '../wire'

export type Token = { id: string; program: string; created: number; expires: number }
export type Account = {
  id: string; login: string; name: Text; rank: Text; roles: string[]; sections: string[]
  deputy?: string; off?: boolean; waits?: number; sessions: number; tokens: Token[]
}
export type Certificate = { use: 'page' | 'sapient' | 'sapient-clients'; subject: string; until: number; trouble?: string }
export type Keeping = {
  head: { entries: number; at: number; root: string; key: string; signed: string }
  personal_days: number; log_hours: number; log_bytes: number
  page_tls: boolean; sapient_tls: boolean; demands: boolean; certificates: Certificate[]
  nodes: number; heads_outside: boolean; handed_out?: string
}
export type Hold = { id: string; subject: string; reason: string; by: string; at: string; lifted?: string }

export const roles = ['watch-officer', 'commander', 'engineer', 'analyst', 'liaison', 'field', 'oversight', 'administrator'] as const

/** What is sent to make or change an account. A password is sent only where one was typed. */
export type Draft = { login: string; name: Text; rank: Text; roles: string[]; sections: string[]; deputy: string; password: string }

export const draftOf = (a: Account | null): Draft =>
  a ? { login: a.login, name: { ...a.name }, rank: { ...a.rank }, roles: [...a.roles], sections: [...a.sections], deputy: a.deputy ?? '', password: '' }
    : { login: '', name: { en: '', ar: '' }, rank: { en: '', ar: '' }, roles: [], sections: [], deputy: '', password: '' }

export function bodyOf(d: Draft, off: boolean): Record<string, unknown> {
  const clean = (t: Text) => ({ en: t.en.trim(), ar: (t.ar ?? '').trim() })
  return {
    login: d.login.trim(), name: clean(d.name), rank: clean(d.rank), roles: d.roles, sections: d.sections,
    ...(d.deputy && { deputy: d.deputy }), ...(off && { off }), ...(d.password && { password: d.password }),
  }
}

/** What is still missing, as keys of the words; empty where it can be sent. */
export function lacks(d: Draft, anew: boolean): ('admin.lack.login' | 'admin.lack.name' | 'admin.lack.role' | 'admin.lack.section' | 'admin.lack.password')[] {
  const everywhere = d.roles.includes('oversight') || (d.roles.length > 0 && d.roles.every((r) => r === 'administrator'))
  return [
    ...(d.login.trim().length < 2 ? ['admin.lack.login' as const] : []),
    ...(!d.name.en.trim() || !d.name.ar?.trim() ? ['admin.lack.name' as const] : []),
    ...(!d.roles.length ? ['admin.lack.role' as const] : []),
    ...(!d.sections.length && !everywhere ? ['admin.lack.section' as const] : []),
    ...((anew || d.password) && d.password.length < 12 ? ['admin.lack.password' as const] : []),
  ]
}

const day = 86_400_000

/** How urgent a certificate is: one that ends within a month is to be renewed. */
export const standing = (c: Certificate, now: number): 'broken' | 'over' | 'soon' | 'good' =>
  c.trouble || !c.until ? 'broken' : c.until <= now ? 'over' : c.until - now < 30 * day ? 'soon' : 'good'
