// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Proof, ProofReader } from "../commitment/ProofReader.sol";
import { TaggedHash } from "../commitment/TaggedHash.sol";

/// @notice What a program's root binds beside its nodes (SPEC §3.2.1).
struct ProgramHeader {
    uint32 slotCount;
    uint32 dataCount;
    uint32 constCount;
    uint32 nodeCount;
    bytes32 slotsRoot;
    bytes32 dataRoot;
    bytes32 constsRoot;
    /// H(0x11 ‖ header)
    bytes32 headerHash;
}

/// @title Program headers and roots (SPEC §3.2, §3.2.1)
library ProgramHeaders {
    uint256 internal constant BYTES = 114;
    uint16 internal constant VERSION = 1;

    error UnknownProgramVersion(uint16 version, uint16 expected);
    error WrongProgramRoot(bytes32 opened, bytes32 programRoot);

    /// @notice Reads a header, 114 bytes.
    function read(Proof memory proof) internal view returns (ProgramHeader memory header) {
        uint256 start = proof.offset;
        uint16 version = proof.readU16();
        if (version != VERSION) revert UnknownProgramVersion(version, VERSION);
        header.slotCount = proof.readU32();
        header.dataCount = proof.readU32();
        header.constCount = proof.readU32();
        header.nodeCount = proof.readU32();
        header.slotsRoot = proof.readBytes32();
        header.dataRoot = proof.readBytes32();
        header.constsRoot = proof.readBytes32();
        header.headerHash = TaggedHash.ofSlice(TaggedHash.HEADER, ProofReader.slice(start, BYTES));
    }

    /// @notice Reverts unless the header and `nodesRoot`, the vector root of the nodes' hashes, make `programRoot`.
    function requireProgram(ProgramHeader memory header, bytes32 nodesRoot, bytes32 programRoot)
        internal
        pure
    {
        bytes32 opened = sha256(abi.encodePacked(TaggedHash.PROGRAM, header.headerHash, nodesRoot));
        // INVARIANT: everything that a proof says of the program is bound by the job's programRoot.
        if (opened != programRoot) revert WrongProgramRoot(opened, programRoot);
    }
}
