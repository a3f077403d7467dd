// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Proof, ProofReader } from "../../src/commitment/ProofReader.sol";
import { Elements } from "../../src/program/Elements.sol";
import { TestBase } from "../TestBase.sol";
import { BodyHarness } from "./BodyHarness.sol";

/// @notice The interpreter against Java's, on the bodies that Java wrote to testdata/bodies.bin. The file's layout is
/// in testdata/README.md.
contract BodyParityTest is TestBase {
    string private constant FILE = "../testdata/bodies.bin";
    uint256 private constant RECORDS = 4000;

    BodyHarness private harness = new BodyHarness();

    struct Body {
        bytes node;
        uint64 step;
        uint64[] outIndex;
        uint64[] redIndex;
        uint64 acc;
        uint256[] loads;
        uint64 expected;
    }

    function test_bodies_giveWhatJavaGives() public view {
        bytes memory file = vm.readFileBinary(FILE);
        (uint256 declared, uint256 read) = this.replay(file);
        assertEq(read, declared, "records read");
        assertEq(read, RECORDS, "records of the file that is committed");
    }

    /// A file of one record, made here: what reads Java's file reads this.
    function test_replay_catchesAWrongResult() public {
        bytes memory node = abi.encodePacked(hex"01000000", uint32(0), hex"0001", hex"0600000000000000");
        bytes memory head = abi.encodePacked(
            uint32(1), uint16(node.length), node, uint64(7), uint8(0), uint8(0), uint64(0), uint8(0)
        );
        (, uint256 read) = this.replay(abi.encodePacked(head, uint64(7)));
        assertEq(read, 1, "one record");
        vm.expectPartialRevert(NotEqualUint.selector);
        this.replay(abi.encodePacked(head, uint64(8)));
    }

    function replay(bytes calldata file) external view returns (uint256 declared, uint256 read) {
        Proof memory cursor = ProofReader.over(file);
        declared = cursor.readU32();
        for (; cursor.offset < cursor.end; read++) {
            Body memory body = _read(cursor);
            uint256 register =
                harness.run(body.node, body.outIndex, body.redIndex, body.step, _word(body.acc), body.loads);
            // The file has what the accumulator becomes; an f32's upper half is clear, an i64's is its sign.
            uint8 dtype = uint8(body.node[0]);
            uint256 stored = Elements.load(dtype, Elements.store(dtype, register));
            assertEq(uint64(stored), body.expected, string.concat("record ", vm.toString(read)));
        }
    }

    function _read(Proof memory cursor) private pure returns (Body memory body) {
        body.node = cursor.readSlice(cursor.readU16());
        body.step = cursor.readU64();
        body.outIndex = _indices(cursor);
        body.redIndex = _indices(cursor);
        body.acc = cursor.readU64();
        body.loads = new uint256[](cursor.readU8());
        for (uint256 i = 0; i < body.loads.length; i++) {
            body.loads[i] = _word(cursor.readU64());
        }
        body.expected = cursor.readU64();
    }

    function _indices(Proof memory cursor) private pure returns (uint64[] memory indices) {
        indices = new uint64[](cursor.readU8());
        for (uint256 d = 0; d < indices.length; d++) {
            indices[d] = cursor.readU64();
        }
    }

    function _word(uint64 value) private pure returns (uint256) {
        return uint256(int256(int64(value)));
    }
}
