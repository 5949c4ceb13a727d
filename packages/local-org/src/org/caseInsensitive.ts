/** A map for Salesforce names. A lookup ignores upper and lower case, but the map keeps the name as it was given. */
export class CaseInsensitiveMap<V> extends Map<string, V> {
  #canonical = new Map<string, string>();

  constructor(entries: Iterable<readonly [string, V]> = []) {
    super();
    for (const [key, value] of entries) this.set(key, value);
  }

  override get(key: string): V | undefined {
    const exact = super.get(key);
    return exact !== undefined ? exact : super.get(this.#canonical.get(key.toLowerCase()) ?? key);
  }
  override has(key: string): boolean {
    return this.#canonical.has(key.toLowerCase());
  }
  override set(key: string, value: V): this {
    const known = this.#canonical.get(key.toLowerCase());
    if (known !== undefined && known !== key) super.delete(known);
    this.#canonical.set(key.toLowerCase(), key);
    return super.set(key, value);
  }
  override delete(key: string): boolean {
    const known = this.#canonical.get(key.toLowerCase());
    this.#canonical.delete(key.toLowerCase());
    return known !== undefined && super.delete(known);
  }
  override clear(): void {
    this.#canonical.clear();
    super.clear();
  }
}
