/** Looks of drop-down menus. */
export const menuContentStyle = 'z-50 min-w-44 rounded-lg border border-line bg-surface p-1 shadow-pop';
export const menuItemStyle =
  'flex cursor-pointer items-center gap-2 rounded-md px-2.5 py-1.5 text-sm outline-none data-[highlighted]:bg-sunken';
