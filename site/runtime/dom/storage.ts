/** What the book keeps in the browser; where it may not, it is kept for as long as the page is open. */

import { book } from './book';

export class Store {
  private readonly memory = new Map<string, string>();
  private broken = false;

  /** `area` is null where the browser forbids it. */
  constructor(
    private readonly prefix: string,
    private readonly area: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null,
  ) {}

  /** Whether what is written survives the page. */
  get lasting(): boolean {
    return this.area !== null && !this.broken;
  }

  read<Value>(key: string): Value | null {
    const text = this.memory.get(key) ?? this.stored(key);
    if (text === null) return null;
    try {
      return JSON.parse(text) as Value;
    } catch {
      return null;
    }
  }

  write(key: string, value: unknown): void {
    const text = JSON.stringify(value);
    try {
      if (!this.area) throw new Error('no storage');
      this.area.setItem(this.prefix + key, text);
      this.memory.delete(key);
    } catch {
      // Full, or forbidden as in some private windows.
      this.broken = true;
      this.memory.set(key, text);
    }
  }

  remove(key: string): void {
    this.memory.delete(key);
    try {
      this.area?.removeItem(this.prefix + key);
    } catch {
      this.broken = true;
    }
  }

  /** The key of this store that another tab wrote to, or null. */
  keyOf(event: Pick<StorageEvent, 'key'>): string | null {
    return event.key?.startsWith(this.prefix) ? event.key.slice(this.prefix.length) : null;
  }

  private stored(key: string): string | null {
    try {
      return this.area?.getItem(this.prefix + key) ?? null;
    } catch {
      return null;
    }
  }
}

/** Books at other paths of one host share its storage, so the path is part of every key. */
export function openStore(site: URL): Store {
  let area: Storage | null = null;
  try {
    area = window.localStorage;
  } catch {
    // Reading the property itself is refused where storage is forbidden.
  }
  return new Store(`${book.storage}:${site.pathname}:`, area);
}
