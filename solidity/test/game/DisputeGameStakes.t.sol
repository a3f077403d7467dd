// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IJobRegistry } from "../../src/interfaces/IJobRegistry.sol";
import { Finding } from "../../src/interfaces/IOneStepVerifier.sol";
import { IStakeVault } from "../../src/interfaces/IStakeVault.sol";
import { Settlement } from "../../src/stake/Settlement.sol";
import { Claim, ClaimStatus } from "../../src/types/Claim.sol";
import { Phase } from "../../src/types/GameState.sol";
import { Job, JobStatus } from "../../src/types/Job.sol";
import { Arena } from "./Arena.sol";

/// @notice Where the money goes (SPEC §6.5, §8).
contract DisputeGameStakesTest is Arena {
    uint64 private claimId;

    // ------------------------------------------------------------------ one game

    function test_refuted_winnerGetsGasAndItsShareTheRestIsPooled() public {
        uint64 gameId = gameIn(Phase.PROVE_SLOT);
        claimId = current(gameId).claimId;
        bytes32 jobId = registry.claim(claimId).jobId;
        uint256 total = _wealth(challenger) + _wealth(solver);
        uint256 challengerBefore = _wealth(challenger);
        uint256 gasWei = uint256(current(gameId).challengerGas) * 25 gwei;
        uint256 reward = gasWei + (STAKE - gasWei) * REWARD_BPS / 10_000;

        vm.warp(block.timestamp + SOLVER_CLOCK + 1);
        vm.expectEmit(address(registry));
        emit IJobRegistry.ClaimRefuted(claimId, jobId, gameId);
        vm.expectEmit(address(registry));
        emit IJobRegistry.ClaimSettled(claimId, gameId, challenger, reward, STAKE - reward);
        timeout(gameId, stranger);

        assertEq(_wealth(challenger), challengerBefore + reward, "winner");
        assertEq(vault.jackpotPool(), STAKE - reward, "pool");
        assertEq(_wealth(challenger) + _wealth(solver) + vault.jackpotPool(), total, "nothing is lost");
        assertEq(lockedOf(challenger), 0, "bond is free");
        assertEq(lockedOf(solver), 0, "stake is gone");
        assertEq(uint256(registry.claim(claimId).status), uint256(ClaimStatus.REFUTED), "claim");
        assertEq(uint256(registry.job(jobId).status), uint256(JobStatus.OPEN), "job is open again");
        assertEq(lockedOf(submitter), PAYMENT, "and paid for");

        // Another solver's turn.
        vm.prank(copier);
        registry.acceptJob(jobId, copier);
        assertEq(registry.job(jobId).solver, copier, "held");
    }

    function test_timeout_byTheWinnerCountsAsItsGas() public {
        uint64 gameId = gameIn(Phase.COMMIT_STEPS);
        uint64 start = uint64(block.timestamp);
        uint256 snapshot = vm.snapshotState();
        uint256[2] memory got;
        address[2] memory senders = [stranger, challenger];
        for (uint256 n = 0; n < 2; n++) {
            vm.warp(start + SOLVER_CLOCK + 1);
            uint256 before = freeOf(challenger);
            timeout(gameId, senders[n]);
            got[n] = freeOf(challenger) - before;
            vm.revertToState(snapshot);
        }
        assertGt(got[1], got[0], "repaid");
    }

    function test_challengerLoses_bondGoesToTheSolverAndThePool() public {
        uint64 gameId = gameIn(Phase.PROVE_SLOT);
        claimId = current(gameId).claimId;
        verifier.setFinding(Finding.EQUAL, 0, 0);
        uint256 solverBefore = freeOf(solver);
        uint256 gasWei = uint256(current(gameId).solverGas) * 25 gwei;
        uint256 reward = gasWei + (BOND - gasWei) * REWARD_BPS / 10_000;
        vm.expectEmit(address(registry));
        emit IJobRegistry.BondForfeited(claimId, gameId, challenger, reward, BOND - reward);
        prove(gameId, stranger);
        assertEq(freeOf(solver), solverBefore + reward, "solver");
        assertEq(vault.jackpotPool(), BOND - reward, "pool");
        assertEq(lockedOf(challenger), 0, "bond is gone");
        assertEq(lockedOf(solver), STAKE, "the stake stays until the claim is final");
        assertEq(uint256(registry.claim(claimId).status), uint256(ClaimStatus.PENDING), "pending");
    }

    function test_gasRepaid_isCappedInPriceAndInAmount() public {
        uint64 gameId = gameIn(Phase.COMMIT_STEPS);
        uint64 start = uint64(block.timestamp);
        uint256 snapshot = vm.snapshotState();
        uint256[5] memory fees = [uint256(0), 20 gwei, 79 gwei, 5000 gwei, 1 << 63];
        uint256 gas_ = current(gameId).challengerGas;
        for (uint256 n = 0; n < fees.length; n++) {
            vm.fee(fees[n]);
            vm.warp(start + SOLVER_CLOCK + 1);
            uint256 before = freeOf(challenger);
            timeout(gameId, stranger);
            uint256 price = fees[n] * 5 / 4;
            if (price > GAS_PRICE_CAP) price = GAS_PRICE_CAP;
            uint256 gasWei = gas_ * price;
            if (gasWei > STAKE / 4) gasWei = STAKE / 4;
            assertEq(
                freeOf(challenger) - before, BOND + gasWei + (STAKE - gasWei) * REWARD_BPS / 10_000, "repaid"
            );
            vm.revertToState(snapshot);
        }
    }

    /// Whoever plays both sides loses three eighths or more, whatever gas it burns.
    function test_selfChallenge_losesMoney() public {
        vm.fee(5000 gwei);
        claimId = newClaim();
        uint256 before = _wealth(solver);
        uint64 gameId = challenge(claimId, solver, 2, 0);
        vm.warp(block.timestamp + SOLVER_CLOCK + 1);
        timeout(gameId, solver);
        assertLe(_wealth(solver), before - STAKE * 3 / 8, "refuting oneself");

        claimId = newClaim();
        before = _wealth(solver);
        gameId = challengeLater(claimId, solver);
        vm.warp(block.timestamp + CHALLENGER_CLOCK + 1);
        timeout(gameId, solver);
        assertLe(_wealth(solver), before - BOND * 3 / 8, "challenging oneself in vain");
    }

    function testFuzz_reward_neverReachesTwoThirds(uint256 forfeit, uint256 gasWei, uint256 bps) public pure {
        forfeit = bound(forfeit, 0, type(uint96).max);
        gasWei = bound(gasWei, 0, type(uint128).max);
        bps = bound(bps, 0, Settlement.MAX_REWARD_BPS);
        uint256 reward = Settlement.reward(forfeit, gasWei, bps);
        assertLe(reward * 8, forfeit * 5, "at most five eighths");
    }

    // ------------------------------------------------------------------ several games

    /// Four games on one claim, lost by the solver in any order, some won by it: the earliest-opened loss is paid, and
    /// only when the last game is over.
    /// forge-config: default.fuzz.runs = 128
    function testFuzz_settlement_paysTheEarliestWinnerWhateverTheOrder(uint256 order, uint256 lost) public {
        claimId = newClaim();
        address[4] memory who = [copier, challenger, copier, challenger];
        uint64[4] memory games;
        for (uint256 g = 0; g < 4; g++) {
            // In PROVE_SLOT, so that either side can lose at once.
            games[g] = challenge(claimId, who[g], 2, 0);
            commitSteps(games[g]);
            selectStep(games[g], 9);
            commitTrace(games[g]);
            selectSlot(games[g], 0);
        }
        lost = bound(lost, 1, 15);
        uint256 earliest = lost & 1 != 0 ? 0 : lost & 2 != 0 ? 1 : lost & 4 != 0 ? 2 : 3;
        uint256 total = _wealth(solver) + _wealth(challenger) + _wealth(copier);
        uint256 left = 4;
        uint256[4] memory open = [uint256(0), 1, 2, 3];
        for (; left > 0; left--) {
            uint256 pick = order % left;
            order /= left;
            uint256 g = open[pick];
            open[pick] = open[left - 1];
            bool solverLoses = lost >> g & 1 != 0;
            verifier.setFinding(solverLoses ? Finding.DIFFERENT : Finding.EQUAL, 0, 0);
            assertGe(lockedOf(solver), STAKE, "the stake waits for the last game");
            if (left == 1) {
                uint256 gasWei = uint256(current(games[earliest]).challengerGas) * 25 gwei;
                uint256 reward = gasWei + (STAKE - gasWei) * REWARD_BPS / 10_000;
                vm.expectEmit(address(registry));
                emit IJobRegistry.ClaimSettled(
                    claimId, games[earliest], who[earliest], reward, STAKE - reward
                );
            }
            prove(games[g], stranger);
        }
        Claim memory claim_ = registry.claim(claimId);
        assertEq(uint256(claim_.status), uint256(ClaimStatus.REFUTED), "refuted");
        assertEq(claim_.openGames, 0, "over");
        assertEq(claim_.winner, address(0), "paid");
        assertEq(lockedOf(solver) + lockedOf(challenger) + lockedOf(copier), 0, "nothing stays locked");
        assertEq(
            _wealth(solver) + _wealth(challenger) + _wealth(copier) + vault.jackpotPool(),
            total,
            "nothing is lost"
        );
    }

    function test_refuted_admitsNoFurtherGameAndIsNeverConfirmed() public {
        claimId = newClaim();
        uint64 first = challenge(claimId, challenger, 1, 0);
        uint64 second = challengeLater(claimId, copier);
        vm.warp(block.timestamp + SOLVER_CLOCK + 1);
        timeout(first, stranger);
        bytes memory why = abi.encodeWithSelector(
            IJobRegistry.WrongClaimStatus.selector, claimId, ClaimStatus.REFUTED, ClaimStatus.PENDING
        );
        vm.expectRevert(why);
        vm.prank(challenger);
        game.challenge(claimId, challenger, 1, 0);
        vm.warp(block.timestamp + 30 days);
        vm.expectRevert(why);
        registry.finalize(claimId);
        // The second game's challenger slept too: it loses its bond, and the claim stays refuted.
        timeout(second, stranger);
        assertEq(lockedOf(copier), 0, "bond is gone");
        assertEq(lockedOf(solver), 0, "settled");
    }

    function test_finalize_waitsForWindowAndGames() public {
        claimId = newClaim();
        uint64 end = registry.claim(claimId).windowEnd;
        vm.warp(end);
        uint64 gameId = challengeLater(claimId, challenger);
        vm.expectRevert(abi.encodeWithSelector(IJobRegistry.WindowNotOver.selector, claimId, end, end));
        registry.finalize(claimId);
        vm.warp(end + 1);
        vm.expectRevert(abi.encodeWithSelector(IJobRegistry.GamesOpen.selector, claimId, 1));
        registry.finalize(claimId);
        vm.warp(end + CHALLENGER_CLOCK + 1);
        timeout(gameId, stranger);
        uint256 before = freeOf(solver);
        vm.expectEmit(address(registry));
        emit IJobRegistry.ClaimConfirmed(claimId, registry.claim(claimId).jobId, solver, PAYMENT);
        registry.finalize(claimId);
        assertEq(freeOf(solver), before + PAYMENT + STAKE, "paid");
        assertEq(lockedOf(submitter), 0, "by the submitter");
    }

    function test_games_onOneClaimAreIndependent() public {
        claimId = newClaim();
        uint64 a = challenge(claimId, challenger, 1, 0);
        uint64 b = challenge(claimId, copier, 3, 0);
        commitSteps(b);
        commitSteps(a);
        selectStep(b, 17);
        commitTrace(b);
        selectStep(a, 0);
        selectSlot(b, 0);
        commitTrace(a);
        assertEq(current(a).slotsBefore, vectorRoot(slots(0)), "a");
        assertEq(current(b).slotsBefore, vectorRoot(slots(17)), "b");
    }

    // ------------------------------------------------------------------ locked is locked

    function test_locked_cannotBeWithdrawnWhileTheClaimIsPending() public {
        claimId = newClaim();
        challenge(claimId, challenger, 1, 0);
        address[3] memory people = [solver, challenger, submitter];
        for (uint256 p = 0; p < 3; p++) {
            uint256 free = freeOf(people[p]);
            vm.prank(people[p]);
            vm.expectRevert(
                abi.encodeWithSelector(IStakeVault.InsufficientFree.selector, people[p], free, free + 1)
            );
            vault.requestWithdrawal(free + 1);
            vm.prank(people[p]);
            vault.requestWithdrawal(free);
            vm.warp(block.timestamp + UNBONDING_SECONDS);
            vm.prank(people[p]);
            vault.withdraw();
            assertGt(lockedOf(people[p]), 0, "still locked");
        }
    }

    function test_challenge_withoutTheBondIsRefused() public {
        claimId = newClaim();
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientFree.selector, stranger, 0, BOND));
        vm.prank(stranger);
        game.challenge(claimId, stranger, 1, 0);
    }

    function _wealth(address account) private view returns (uint256) {
        (uint256 free, uint256 locked, uint256 unbonding,) = vault.balanceOf(account);
        return free + locked + unbonding;
    }
}
