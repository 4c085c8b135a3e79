/** What the command line needs: the same as `npm start` (scripts/lib/versions.mjs; a test holds the two together). */
export const OLDEST_NODE = '22.18.0';

/** What to tell a Node that is too old to run Stockpot; undefined for one that is not. */
export function refusalOf(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const [leastMajor, leastMinor] = OLDEST_NODE.split('.').map(Number);
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return undefined;
  return (
    `stockpot: Stockpot needs Node.js ${OLDEST_NODE} or newer; this is ${version}.\n` +
    'Next: In a checkout, npx stockpot takes the Node.js that the lock file brought; else install Node.js 24.'
  );
}
