// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Proof, ProofReader } from "../../src/commitment/ProofReader.sol";
import { TaggedHash } from "../../src/commitment/TaggedHash.sol";
import { Nodes } from "../../src/program/Node.sol";
import { ProgramHeader, ProgramHeaders } from "../../src/program/ProgramHeader.sol";
import { Records } from "../../src/program/Records.sol";
import { PlainTensor } from "../commitment/PlainTensor.sol";
import { TestBase } from "../TestBase.sol";

/// @notice The decoders and hashes of SPEC §3.2.1 against Java's, on the programs that Java wrote to
/// testdata/programs.bin. The file's layout is in testdata/README.md.
contract ProgramParityTest is TestBase {
    string private constant FILE = "../testdata/programs.bin";
    uint256 private constant PROGRAMS = 12;
    /// "VDCT"
    uint32 private constant MAGIC = 0x56444354;

    function test_programs_haveTheRootsThatJavaGivesThem() public view {
        (uint256 declared, uint256 read) = this.replay(vm.readFileBinary(FILE));
        assertEq(read, declared, "records read");
        assertEq(read, PROGRAMS, "records of the file that is committed");
    }

    function replay(bytes calldata file) external view returns (uint256 declared, uint256 read) {
        Proof memory cursor = ProofReader.over(file);
        declared = cursor.readU32();
        for (; cursor.offset < cursor.end; read++) {
            bytes32 programRoot = cursor.readBytes32();
            bytes32 nodesRoot = cursor.readBytes32();
            ProgramHeader memory header = ProgramHeaders.read(cursor);
            ProgramHeaders.requireProgram(header, nodesRoot, programRoot);
            bytes calldata program = cursor.readSlice(cursor.readU32());
            _assertProgram(ProofReader.over(program), header, nodesRoot);
        }
    }

    function _assertProgram(Proof memory program, ProgramHeader memory header, bytes32 nodesRoot)
        private
        view
    {
        assertEq(program.readU32(), MAGIC, "magic");
        assertEq(program.readU16(), ProgramHeaders.VERSION, "version");
        assertEq(program.readU32(), header.slotCount, "slots");
        assertEq(program.readU32(), header.dataCount, "data sets");
        assertEq(program.readU32(), header.constCount, "constants");
        assertEq(program.readU32(), header.nodeCount, "nodes");

        bytes32[] memory hashes = new bytes32[](header.slotCount);
        for (uint256 i = 0; i < hashes.length; i++) {
            uint32 next;
            (next, hashes[i]) = Records.readSlot(program);
            assertTrue(next < header.nodeCount || next == Records.NEVER_CHANGES, "next");
        }
        assertEq(PlainTensor.vectorRoot(hashes), header.slotsRoot, "slotsRoot");

        hashes = _tensorRecords(program, TaggedHash.DATA, header.dataCount);
        assertEq(PlainTensor.vectorRoot(hashes), header.dataRoot, "dataRoot");
        hashes = _tensorRecords(program, TaggedHash.CONSTANT, header.constCount);
        assertEq(PlainTensor.vectorRoot(hashes), header.constsRoot, "constsRoot");

        hashes = new bytes32[](header.nodeCount);
        for (uint256 i = 0; i < hashes.length; i++) {
            hashes[i] = Nodes.read(program).nodeHash;
        }
        assertEq(PlainTensor.vectorRoot(hashes), nodesRoot, "nodesRoot");
        program.requireEnd();
    }

    function _tensorRecords(Proof memory program, uint8 tag, uint256 count)
        private
        view
        returns (bytes32[] memory hashes)
    {
        hashes = new bytes32[](count);
        for (uint256 i = 0; i < count; i++) {
            (, hashes[i]) = Records.readTensorRecord(program, tag);
        }
    }
}
