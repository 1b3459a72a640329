import type { ArmOptions } from '../../src/simulator/arm/call.ts';
import type { Json } from '../../src/simulator/arm/json.ts';
import { type SimulatedArm, startSimulatedArm } from '../../src/simulator/arm/server.ts';

export const group = '/subscriptions/sub1/resourceGroups/rg1';
export const network = `${group}/providers/Microsoft.Network`;

interface Reply {
  readonly status: number;
  readonly body: Json;
  /** What was really sent; the body above is empty then. */
  readonly text: string;
  readonly headers: Headers;
}

/** A plain caller of one simulated ARM whose clock the test turns by hand. */
export class ArmClient {
  readonly #arm: SimulatedArm;
  readonly #clock: { now: number };

  constructor(arm: SimulatedArm, clock: { now: number }) {
    this.#arm = arm;
    this.#clock = clock;
  }

  get url(): string {
    return this.#arm.url;
  }

  passMs(ms: number): void {
    this.#clock.now += ms;
  }

  close(): Promise<void> {
    return this.#arm.close();
  }

  /** A request to ARM. Without a query it gets the api-version. */
  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const url = new URL(path, this.#arm.url);
    if (url.search === '') url.search = '?api-version=2026-01-01';
    return this.#send(url, method, body, { authorization: 'Bearer any', ...headers });
  }

  async control(method: string, path: string, body?: unknown): Promise<Reply> {
    return this.#send(new URL(`/-/${path}`, this.#arm.url), method, body, {});
  }

  /** The error code of a reply that must be an error. */
  async refused(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<string> {
    const { status, body: answer } = await this.call(method, path, body, headers);
    const { error } = answer as { error?: { code?: string; message?: string } };
    if (!error?.message) throw new Error(`expected an ARM error, got ${status} ${JSON.stringify(answer)}`);
    return `${status} ${error.code}`;
  }

  async #send(url: URL, method: string, body: unknown, headers: Record<string, string>): Promise<Reply> {
    const response = await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : JSON.parse(text), text, headers: response.headers };
  }
}

/** Starts a simulated ARM that holds the resource group `rg1`. Operations take 1,000 ms of the hand-turned clock. */
export async function startArm(options: ArmOptions = {}): Promise<ArmClient> {
  const clock = { now: Date.parse('2026-11-01T00:00:00Z') };
  const arm = await startSimulatedArm({ operationMs: 1000, now: () => new Date(clock.now), ...options });
  const client = new ArmClient(arm, clock);
  await client.control('PUT', 'resources', { [group]: { location: 'westus' } });
  return client;
}
