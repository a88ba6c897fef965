type ErrorClass<E extends Error> = abstract new (...args: never[]) => E;
/** Fails unless the expression is true. */
export function assert(expr: unknown, msg?: string): asserts expr;
/** Fails unless the expression is false. */
export function assertFalse(expr: unknown, msg?: string): asserts expr is false;
/** Fails unless both are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void;
/** Fails when both are deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void;
/** Fails unless both are the same. */
export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T;
/** Fails unless the text holds the other. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void;
/** Fails unless the text matches. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void;
/** Fails when the text matches. */
export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void;
/** Fails unless the value is of that class. */
export function assertInstanceOf<T extends abstract new (...args: never[]) => unknown>(
  actual: unknown,
  expectedType: T,
  msg?: string,
): asserts actual is InstanceType<T>;
/** Fails unless actual > expected. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void;
/** Fails unless actual >= expected. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void;
/** Fails unless actual < expected. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void;
/** Fails unless actual <= expected. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void;
/** Fails unless the function throws (such an error); returns it. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Fails unless the function throws such an error; returns it. */
export function assertThrows<E extends Error>(
  fn: () => unknown,
  errorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
/** Fails unless the promise rejects; returns what with. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Fails unless the promise rejects with such an error; returns it. */
export function assertRejects<E extends Error>(
  fn: () => PromiseLike<unknown>,
  errorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
/** Fails at once. */
export function fail(msg?: string): never;
/** Fails: this place must not be reached. */
export function unreachable(msg?: string): never;
