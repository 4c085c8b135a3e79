/** The mark: a pot with a lid and rising steam. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg
      viewBox="0 0 32 32"
      aria-hidden
      className={className}
      fill="none"
      stroke="currentColor"
      strokeWidth="2.4"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d="M12 3.5c-1.6 1.8 1.6 3.2 0 5.2M20 3.5c-1.6 1.8 1.6 3.2 0 5.2" />
      <path d="M4 13.5h24" />
      <path
        d="M6.5 13.5v10a4.5 4.5 0 0 0 4.5 4.5h10a4.5 4.5 0 0 0 4.5-4.5v-10"
        fill="currentColor"
        fillOpacity="0.16"
      />
      <path d="M6.5 18H3.4M25.5 18h3.1" />
    </svg>
  );
}
