// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { TestBase } from "../TestBase.sol";
import { LedgerHandler } from "./LedgerHandler.sol";

/// @notice The vault's books under every actor and move (SPEC §8).
contract VaultLedgerTest is TestBase {
    LedgerHandler private handler;

    function setUp() public {
        handler = new LedgerHandler();
        targetContract(address(handler));
        bytes4[] memory moves = new bytes4[](13);
        moves[0] = handler.deposit.selector;
        moves[1] = handler.requestWithdrawal.selector;
        moves[2] = handler.withdraw.selector;
        moves[3] = handler.submitJob.selector;
        moves[4] = handler.acceptJob.selector;
        moves[5] = handler.cancelJob.selector;
        moves[6] = handler.postOrExpire.selector;
        moves[7] = handler.challengeClaim.selector;
        moves[8] = handler.play.selector;
        moves[9] = handler.finalize.selector;
        moves[10] = handler.sleep.selector;
        // Games take many moves: more turns for them.
        moves[11] = handler.play.selector;
        moves[12] = handler.challengeClaim.selector;
        targetSelector(FuzzSelector(address(handler), moves));
    }

    /// Σ (free + locked + unbonding) + jackpotPool = balance.
    function invariant_liabilitiesAreTheBalance() public view {
        assertEq(handler.sumOfAccounts() + handler.pool(), handler.vaultBalance(), "liabilities");
    }

    /// Nothing is locked but what is at stake, and all that is at stake is locked.
    function invariant_lockedIsWhatIsAtStake() public view {
        handler.assertLocked();
    }

    /// The handler reaches what it is there for: a story told by hand ends in a verdict and a confirmed claim.
    function test_handler_reachesVerdictsAndFinality() public {
        handler.submitJob(0, 1 ether);
        handler.acceptJob(0, 1);
        handler.postOrExpire(0);
        handler.challengeClaim(0, 2, true);
        handler.challengeClaim(0, 3, false);
        for (uint256 m = 0; m < 20; m++) {
            handler.play(m, 0);
        }
        assertEq(handler.verdicts(), 2, "verdicts");
        handler.sleep(3 days);
        handler.sleep(1);
        handler.finalize(0);
        assertEq(handler.finals(), 1, "finals");
        invariant_liabilitiesAreTheBalance();
        invariant_lockedIsWhatIsAtStake();
    }
}
