// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { TestBase } from "../TestBase.sol";

/// @notice Holds one float function against a file of packed vectors (tools/unpack-vectors.mjs): every bit of every
/// result, the number of cases, and what a call costs.
/// @dev A contract for each function: `f` is then called directly, as the library's users call it. (A function
/// pointer would add the compiler's search through all functions of that type, a few hundred gas.)
abstract contract FloatVectorTest is TestBase {
    /// A result that is not the vectors'. Operands and results are bit patterns; an absent operand is 0.
    error WrongBits(uint256 index, bytes4 a, bytes4 b, bytes4 c, bytes4 actual, bytes4 expected);

    /// A call that cost more than it may.
    error TooDear(uint256 index, bytes4 a, bytes4 b, bytes4 c, uint256 gasUsed);

    /// The greatest gas that a call may cost.
    uint256 private constant GAS_LIMIT = 4000;

    string private name;
    string private file;
    uint256 private arity;
    uint256 private expectedCases;

    /// @param name_ of the function, in snapshots/Float.json
    /// @param file_ its vectors, in out-vectors
    /// @param arity_ how many operands a vector has; the result follows
    /// @param expectedCases_ how many vectors there are
    constructor(string memory name_, string memory file_, uint256 arity_, uint256 expectedCases_) {
        name = name_;
        file = file_;
        arity = arity_;
        expectedCases = expectedCases_;
    }

    /// The function under test; operands beyond its arity are 0.
    function f(uint256 a, uint256 b, uint256 c) internal pure virtual returns (uint256);

    function test_everyVector_everyBit() public {
        bytes memory vectors = vm.readFileBinary(string.concat("out-vectors/", file, ".bin"));
        uint256[] memory callsByGas = check(vectors);
        uint256 size = 4 * (arity + 1);
        assertEq(vectors.length, size * expectedCases, "bytes of vectors");
        snapshotCallGas(callsByGas);
    }

    /// The checker's mutated twin: one bit of one expected result is turned.
    function test_checker_catchesOneBit() public {
        bytes memory vectors = vm.readFileBinary(string.concat("out-vectors/", file, ".bin"));
        uint256 last = vectors.length - 1;
        vectors[last] ^= 0x01;
        vm.expectPartialRevert(WrongBits.selector);
        this.checkExternally(vectors);
    }

    function checkExternally(bytes memory vectors) external view {
        check(vectors);
    }

    /// @return callsByGas how many calls have cost so much gas
    function check(bytes memory vectors) private view returns (uint256[] memory callsByGas) {
        callsByGas = new uint256[](GAS_LIMIT + 1);
        uint256 operands = arity;
        uint256 size = 4 * (operands + 1);
        uint256 cases = vectors.length / size;
        for (uint256 i; i < cases; ++i) {
            uint256 offset = size * i;
            uint256 a = word(vectors, offset);
            uint256 b = operands > 1 ? word(vectors, offset + 4) : 0;
            uint256 c = operands > 2 ? word(vectors, offset + 8) : 0;
            uint256 expected = word(vectors, offset + 4 * operands);

            // To memory before the second reading, so that no part of the call can move behind it.
            uint256 gasUsed = gasleft();
            uint256 actual = f(a, b, c);
            assembly ("memory-safe") {
                mstore(0, actual)
            }
            gasUsed -= gasleft();

            if (actual != expected) {
                revert WrongBits(i, bits(a), bits(b), bits(c), bits(actual), bits(expected));
            }
            if (gasUsed > GAS_LIMIT) revert TooDear(i, bits(a), bits(b), bits(c), gasUsed);
            ++callsByGas[gasUsed];
        }
    }

    /// Writes the median and the worst into snapshots/Float.json, or compares with it (scripts/gas).
    function snapshotCallGas(uint256[] memory callsByGas) private {
        uint256 overhead = gasleft();
        assembly ("memory-safe") {
            mstore(0, overhead)
        }
        overhead -= gasleft();

        uint256 below;
        uint256 median;
        uint256 worst;
        for (uint256 g; g <= GAS_LIMIT; ++g) {
            if (callsByGas[g] == 0) continue;
            if (below <= expectedCases / 2) median = g;
            below += callsByGas[g];
            worst = g;
        }
        assertEq(below, expectedCases, "every call is counted");
        vm.snapshotValue("Float", string.concat(name, " median"), median - overhead);
        vm.snapshotValue("Float", string.concat(name, " worst"), worst - overhead);
    }

    function word(bytes memory data, uint256 offset) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(224, mload(add(add(data, 32), offset)))
        }
    }

    function bits(uint256 a) private pure returns (bytes4) {
        return bytes4(uint32(a));
    }
}
