// Addresses and networks of IPv4 as numbers.

/** Network and size of `10.66.0.0/24`, as numbers. */
export function parseSubnet(subnet: string): { first: number; size: number } {
  const [address = "", bits = "32"] = subnet.split("/");
  const size = 2 ** (32 - Number(bits));
  const number = addressNumber(address);
  return { first: number - (number % size), size };
}

/** An IPv4 address as a number. */
export function addressNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** A number as an IPv4 address. */
export function addressText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}
