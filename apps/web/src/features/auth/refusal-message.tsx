import type { Refusal } from './auth-requests';

export function RefusalMessage({ refusal }: { refusal: Refusal | null }) {
  return (
    <div role="alert">
      {refusal ? (
        <p className="rounded-md bg-bad-soft px-3 py-2 text-sm text-bad">
          {refusal.message} {refusal.advice}
        </p>
      ) : null}
    </div>
  );
}
