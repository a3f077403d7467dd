// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ChessClock } from "../../src/game/ChessClock.sol";
import { TestBase } from "../TestBase.sol";

contract ChessClockTest is TestBase {
    function testFuzz_afterMove_leavesTheRestOrTheExtension(
        uint64 movedAt,
        uint64 clock,
        uint64 elapsed,
        uint64 extension
    ) public pure {
        movedAt = uint64(bound(movedAt, 0, 1 << 40));
        clock = uint64(bound(clock, 0, 1 << 40));
        elapsed = uint64(bound(elapsed, 0, clock));
        extension = uint64(bound(extension, 1, 1 << 40));
        uint64 left = ChessClock.afterMove(movedAt, clock, movedAt + elapsed, extension);
        assertGe(left, extension, "at least the extension");
        assertTrue(left == clock - elapsed || left == extension, "the rest or the extension");
        // What the delay bound rests on: a move gives its mover no more than the extension.
        assertLe(uint256(left) + elapsed, uint256(clock) + extension, "no more than the extension is gained");
    }

    function test_lastInstant_isInclusive() public pure {
        assertEq(ChessClock.lastInstant(100, 30), 130);
        assertEq(ChessClock.afterMove(100, 30, 130, 7), 7);
        assertEq(ChessClock.afterMove(100, 30, 123, 7), 7);
        assertEq(ChessClock.afterMove(100, 30, 122, 7), 8);
        assertEq(ChessClock.afterMove(100, 30, 100, 7), 30);
    }
}
