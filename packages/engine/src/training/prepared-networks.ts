import type { Graph } from '../graph/graph.js';
import type { DeviceName } from '../runtime/devices.js';
import { compile, type Executable } from '../runtime/executable.js';

/** Networks that are kept ready although nobody uses them just now. One holds no weights, only its working memory. */
const MOST_IDLE = 4;

interface Prepared {
  readonly executable: Promise<Executable>;
  users: number;
}

/** By what determines the graph; the order of a Map is that of the last use. */
const prepared = new Map<string, Prepared>();

/**
 * A network ready to run, prepared once for all models of one shape: their weights are inputs. `key` is text that is equal
 * exactly for equal graphs on equal devices. Give it back with `release` when the model is done with.
 */
export async function preparedNetwork(
  key: string,
  graph: () => Graph,
  options: { readonly device: DeviceName; readonly threads: number },
): Promise<{ executable: Executable; release: () => Promise<void> }> {
  const entry = prepared.get(key) ?? { executable: compile(graph(), options), users: 0 };
  entry.users++;
  prepared.delete(key);
  prepared.set(key, entry);
  let held = true;
  const release = async () => {
    if (!held) return;
    held = false;
    entry.users--;
    await disposeIdle();
  };
  try {
    return { executable: await entry.executable, release };
  } catch (cause) {
    held = false;
    prepared.delete(key);
    throw cause;
  }
}

async function disposeIdle(): Promise<void> {
  const idle = [...prepared].filter(([, { users }]) => users === 0);
  for (const [key, { executable }] of idle.slice(0, Math.max(0, idle.length - MOST_IDLE))) {
    prepared.delete(key);
    await (await executable).dispose();
  }
}
