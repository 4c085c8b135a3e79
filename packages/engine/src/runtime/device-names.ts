/** What runs graphs, by the class that a step key holds. Apart from the devices themselves, which load the native runtime. */
export const deviceNames = ['cpu', 'webgpu', 'cuda'] as const;
export type DeviceName = (typeof deviceNames)[number];
