import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Is `node_modules` what `package-lock.json` asks for? Two answers count as yes:
 * - our stamp, written after an install that we ran, names this lock, platform and processor;
 * - an npm that was run by hand finished (its own record of the tree is the last thing it writes), and each package of the
 *   lock lies there in its version. The record alone is not believed: `npm install --package-lock-only` rewrites it
 *   without touching the tree.
 */
export function isInstalled(root) {
  const lockText = readText(join(root, 'package-lock.json'));
  if (lockText === undefined) return false;
  const stamp = readJson(stampPath(root));
  if (stamp !== undefined && stamp.fingerprint === fingerprint(lockText)) return true;
  if (!existsSync(join(root, 'node_modules', '.package-lock.json'))) return false;
  const versionAt = (path) => readJson(join(root, path, 'package.json'))?.version;
  if (!treeMatches(JSON.parse(lockText), versionAt)) return false;
  stampInstall(root);
  return true;
}

/** Records that `node_modules` now is what the lock file asks for. */
export function stampInstall(root) {
  const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8');
  writeFileSync(stampPath(root), `${JSON.stringify({ fingerprint: fingerprint(lockText) })}\n`);
}

/**
 * Every package of the lock lies in the tree in its version; only optional ones (binaries of other platforms) may be
 * missing. A workspace is there when its link is.
 */
export function treeMatches(lock, versionAt) {
  for (const [path, wanted] of Object.entries(lock.packages)) {
    if (!path.includes('node_modules/')) continue;
    const found = versionAt(path);
    const version = wanted.link ? lock.packages[wanted.resolved]?.version : wanted.version;
    if (found === version) continue;
    if (found === undefined && (wanted.optional || wanted.devOptional || wanted.peer)) continue;
    return false;
  }
  return true;
}

function fingerprint(lockText) {
  return createHash('sha256').update(`${process.platform}/${process.arch}\n${lockText}`).digest('hex');
}

function stampPath(root) {
  return join(root, 'node_modules', '.stockpot-install.json');
}

function readText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function readJson(path) {
  const text = readText(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
