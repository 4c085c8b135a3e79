import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Is `node_modules` what `package-lock.json` asks for? Two answers count as yes:
 * - our stamp, written after an install that we ran, names this lock, platform and processor;
 * - npm's own record of the tree (`node_modules/.package-lock.json`, written last by every install) has each package of
 *   the lock in its version. So an install made by hand is recognised, and an interrupted one is not.
 */
export function isInstalled(root) {
  const lockText = readText(join(root, 'package-lock.json'));
  if (lockText === undefined) return false;
  const stamp = readJson(stampPath(root));
  const wanted = fingerprint(lockText);
  if (stamp !== undefined && stamp.fingerprint === wanted) return true;
  if (!treeMatches(JSON.parse(lockText), readJson(join(root, 'node_modules', '.package-lock.json')))) return false;
  stampInstall(root);
  return true;
}

/** Records that `node_modules` now is what the lock file asks for. */
export function stampInstall(root) {
  const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8');
  writeFileSync(stampPath(root), `${JSON.stringify({ fingerprint: fingerprint(lockText) })}\n`);
}

/** Every package of the lock, but for optional ones of other platforms, is recorded in the tree with the same version. */
export function treeMatches(lock, tree) {
  if (tree === undefined) return false;
  for (const [path, wanted] of Object.entries(lock.packages)) {
    if (!path.includes('node_modules/')) continue;
    const found = tree.packages?.[path];
    if (found === undefined) {
      if (wanted.optional || wanted.devOptional || wanted.peer) continue;
      return false;
    }
    if (found.version !== wanted.version || found.resolved !== wanted.resolved) return false;
  }
  // A workspace added since the install has no link yet.
  return Object.keys(lock.packages).every((path) => !lock.packages[path].link || tree.packages?.[path] !== undefined);
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
