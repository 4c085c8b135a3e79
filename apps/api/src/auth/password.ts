const COMMON =
  /^(?:p[a@]ssw[o0]rd|passwort|qwert[yz]|letmein|welcome|iloveyou|admin|stockpot|changeme|monkey|dragon|abc|[0-9]+)[\W\d_]*$/i;

export const MIN_PASSWORD_LENGTH = 12;
export const MAX_PASSWORD_LENGTH = 128;

/**
 * Why a password is refused, as a sentence with the next step; null when it is accepted. One rule for set-up, for
 * changing and for resetting. Length and variety are what guessing costs; classes of characters are not asked for
 * (NIST SP 800-63B, 5.1.1.2).
 */
export function passwordProblem(
  password: string,
  about: { readonly email?: string; readonly name?: string } = {},
): string | null {
  const length = [...password].length;
  if (length < MIN_PASSWORD_LENGTH) {
    return `The password has ${length} characters; use at least ${MIN_PASSWORD_LENGTH}, for example four random words.`;
  }
  if (length > MAX_PASSWORD_LENGTH)
    return `The password is longer than ${MAX_PASSWORD_LENGTH} characters; use a shorter one.`;
  if (new Set(password).size < 6) return 'The password repeats a few characters; use four random words instead.';
  if (COMMON.test(password)) return 'The password is one of those tried first; use four random words instead.';
  const lower = password.toLowerCase();
  const parts = [about.email?.split('@')[0], ...(about.name?.split(/\s+/) ?? [])];
  for (const part of parts) {
    if (part && part.length >= 4 && lower.includes(part.toLowerCase())) {
      return 'The password contains your name or e-mail address; use four random words instead.';
    }
  }
  return null;
}
