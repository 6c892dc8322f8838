// A list of the API, page after page.

import { ApiError, get } from '../api'
import type { List } from '../wire'

export class Paged<R> {
  rows = $state.raw<R[]>([])
  next = $state('')
  busy = $state(false)
  problem = $state.raw<ApiError | null>(null)

  constructor(private readonly path: string) {}

  /** Loads the first page, or the one after those that are here. */
  async load(more = false): Promise<void> {
    this.busy = true
    try {
      const cursor = more && this.next ? (this.path.includes('?') ? '&' : '?') + 'cursor=' + encodeURIComponent(this.next) : ''
      const page = await get<List<R>>(this.path + cursor)
      this.rows = more ? [...this.rows, ...(page.items ?? [])] : (page.items ?? [])
      this.next = page.next ?? ''
      this.problem = null
    } catch (e) {
      this.problem = e as ApiError
    } finally {
      this.busy = false
    }
  }
}
