/** The part of a PostgreSQL address that names the server: the hosts, without user and password. */
const hostsOf = (address: string) =>
  /^postgres(?:ql)?:\/\/(?:[^/?#@]*@)?([^/?#]*)/.exec(address)?.[1] ?? null;

/** What is wrong with the address of a PostgreSQL, in a sentence without its password. null: nothing. */
export function addressFault(address: string): string | null {
  const hosts = hostsOf(address);
  if (hosts === null) return "not a postgres:// address";
  const named = /[?&]host=([^&#]*)/.exec(address)?.[1] ?? "";
  if (`${hosts}${decodeURIComponent(named)}`.includes(","))
    return "it names several hosts, and no driver here finds the primary among them. Put HAProxy before the servers, and give its one address";
  if (!URL.canParse(address)) return "not an address: a name or password with : / ? # @ needs percent signs";
  return null;
}

/** The server in words: host and port, or the folder of its socket. */
export function serverOf(address: string): string {
  const url = new URL(address);
  return url.searchParams.get("host") ?? url.host;
}
