import { describe } from "vitest";
import { accountStoreContract } from "../../test/support/account-store-contract.ts";
import { MemoryAccountStore } from "../../test/support/memory-account-store.ts";

describe("the account store that the API's tests use keeps the port's contract", () => accountStoreContract(async () => new MemoryAccountStore()));
