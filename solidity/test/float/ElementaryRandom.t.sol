// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Cos } from "../../src/float/Cos.sol";
import { Erf } from "../../src/float/Erf.sol";
import { Exp } from "../../src/float/Exp.sol";
import { Log } from "../../src/float/Log.sol";
import { Sin } from "../../src/float/Sin.sol";
import { Tanh } from "../../src/float/Tanh.sol";
import { TestBase } from "../TestBase.sol";
import { Checksum } from "./ElementaryBlocks.t.sol";

/// @notice One elementary function on 100,000 random inputs, against checksums of Java's results, and what the dearest
/// call costs.
/// @dev The inputs are made here as testdata/README.md says, and again in Java (RandomSample). A contract for each
/// function, as for the vectors (FloatVectorTest).
abstract contract RandomTest is TestBase {
    /// The results of inputs from .. from + 499 are not Java's.
    error WrongResults(uint256 seed, uint256 from, uint256 actual, uint256 expected);

    uint256 private constant SEED = 0x5eed;
    uint256 private constant INPUTS = 100_000;
    uint256 private constant INPUTS_PER_CHECKSUM = 500;
    uint256 private constant STRATIFIED = 51_200;

    /// What a call may cost at most.
    uint256 private constant GAS_LIMIT = 4000;

    string private name;

    constructor(string memory name_) {
        name = name_;
    }

    /// The function under test.
    function f(uint256 x) internal pure virtual returns (uint256);

    function test_randomInputs_everyBitAndWithinTheGasLimit() public {
        (uint256 cases, uint256 worst) = check(checksums());
        assertEq(cases, INPUTS, "every input is evaluated");
        assertLe(worst, GAS_LIMIT, "gas of the dearest call");
        vm.snapshotValue("Float", string.concat(name, " random worst"), worst);
    }

    /// The checker's mutated twin: one bit of one checksum is turned.
    function test_checker_catchesOneBit() public {
        bytes memory expected = checksums();
        expected[expected.length - 1] ^= 0x01;
        vm.expectPartialRevert(WrongResults.selector);
        this.checkExternally(expected);
    }

    function checkExternally(bytes memory expected) external view {
        check(expected);
    }

    function checksums() private view returns (bytes memory expected) {
        expected = vm.readFileBinary(string.concat("out-vectors/", name, ".random.bin"));
        assertEq(expected.length, 8 * (INPUTS / INPUTS_PER_CHECKSUM), "a checksum for each 500 inputs");
    }

    function check(bytes memory expected) private view returns (uint256 cases, uint256 worst) {
        unchecked {
            for (uint256 offset; offset < expected.length; offset += 8) {
                uint256 from = cases;
                uint256 h = 0xcbf29ce484222325;
                for (; cases < from + INPUTS_PER_CHECKSUM; ++cases) {
                    uint256 x = input(cases);
                    // To memory before the second reading, so that no part of the call can move behind it.
                    uint256 gasUsed = gasleft();
                    uint256 result = f(x);
                    assembly ("memory-safe") {
                        mstore(0, result)
                    }
                    gasUsed -= gasleft();
                    h = Checksum.fold(h, result);
                    if (gasUsed > worst) worst = gasUsed;
                }
                uint256 truth;
                assembly ("memory-safe") {
                    truth := shr(192, mload(add(add(expected, 32), offset)))
                }
                if (h != truth) revert WrongResults(SEED, from, h, truth);
            }
        }
    }

    /// The bits of input i: 100 for each sign and exponent, then by turns any bits, and a magnitude from 2^-27 to 2^9.
    function input(uint256 i) private pure returns (uint256) {
        unchecked {
            uint256 z = (SEED + i * 0x9e3779b97f4a7c15) & type(uint64).max;
            z = (z + 0x9e3779b97f4a7c15) & type(uint64).max;
            z = ((z ^ (z >> 30)) * 0xbf58476d1ce4e5b9) & type(uint64).max;
            z = ((z ^ (z >> 27)) * 0x94d049bb133111eb) & type(uint64).max;
            z ^= z >> 31;
            uint256 fraction = z & 0x7fffff;
            if (i < STRATIFIED) return (i % 512) << 23 | fraction;
            if (i % 2 == 0) return z & type(uint32).max;
            return (z & 0x80000000) | (100 + (z >> 32) % 36) << 23 | fraction;
        }
    }
}

contract ExpRandomTest is RandomTest("exp") {
    function f(uint256 x) internal pure override returns (uint256) {
        return Exp.exp(x);
    }
}

contract LogRandomTest is RandomTest("log") {
    function f(uint256 x) internal pure override returns (uint256) {
        return Log.log(x);
    }
}

contract TanhRandomTest is RandomTest("tanh") {
    function f(uint256 x) internal pure override returns (uint256) {
        return Tanh.tanh(x);
    }
}

contract ErfRandomTest is RandomTest("erf") {
    function f(uint256 x) internal pure override returns (uint256) {
        return Erf.erf(x);
    }
}

contract SinRandomTest is RandomTest("sin") {
    function f(uint256 x) internal pure override returns (uint256) {
        return Sin.sin(x);
    }
}

contract CosRandomTest is RandomTest("cos") {
    function f(uint256 x) internal pure override returns (uint256) {
        return Cos.cos(x);
    }
}
