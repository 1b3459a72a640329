/** A wait that can be cut short. Cutting short while nobody waits ends the next wait at once. */
interface Pause {
  wait(ms: number): Promise<void>;
  end(): void;
}

export function createPause(): Pause {
  let ended = false;
  let finish: (() => void) | undefined;
  return {
    async wait(ms) {
      if (!ended) {
        await new Promise<void>((resolve) => {
          const timeout = setTimeout(resolve, ms);
          finish = () => {
            clearTimeout(timeout);
            resolve();
          };
        });
      }
      ended = false;
      finish = undefined;
    },
    end() {
      ended = true;
      finish?.();
    },
  };
}
