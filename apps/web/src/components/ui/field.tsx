import type { ComponentProps } from 'react';
import { useId } from 'react';
import { cx } from '@/lib/cx';

export const inputStyle =
  'w-full rounded-md border border-line-strong bg-surface px-3 text-base text-ink placeholder:text-faint disabled:opacity-60 aria-invalid:border-bad';

/** A labelled input; `hint` stands below and is read out with the label. */
export function Field({
  label,
  hint,
  className,
  ...props
}: ComponentProps<'input'> & { label: string; hint?: string }) {
  const id = useId();
  return (
    <div className="space-y-1.5">
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className={cx(inputStyle, 'h-10', className)}
        {...props}
      />
      {hint ? (
        <p id={`${id}-hint`} className="text-xs text-muted">
          {hint}
        </p>
      ) : null}
    </div>
  );
}
