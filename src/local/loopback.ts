/** What stands for this machine in the addresses of embedded servers. */
const loopback = ['127.0.0.1', 'localhost'];

/**
 * Keeps requests to embedded servers off a proxy: the Azure SDK sends also plain HTTP to HTTPS_PROXY, and what was meant
 * for this machine would leave it. Both spellings, since each client reads another one first.
 */
export function keepLoopbackDirect(env: NodeJS.ProcessEnv = process.env): void {
  const known = (env.no_proxy ?? env.NO_PROXY ?? '').split(',').filter((host) => host.trim() !== '');
  const hosts = [...known, ...loopback.filter((host) => !known.includes(host))].join(',');
  env.NO_PROXY = hosts;
  env.no_proxy = hosts;
}
