// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Encodings of SPEC §3.2.1, written from its text
/// @notice For tests: shares no code with the decoders.
library Encode {
    function node(
        uint8 dtype,
        uint64[] memory outShape,
        uint64[] memory redShape,
        uint32 init,
        bytes[] memory inputs,
        bytes memory body
    ) internal pure returns (bytes memory) {
        bytes memory joined;
        for (uint256 i = 0; i < inputs.length; i++) {
            joined = bytes.concat(joined, inputs[i]);
        }
        return abi.encodePacked(
            dtype,
            uint8(4),
            "node",
            _shape(outShape),
            _shape(redShape),
            init,
            uint8(inputs.length),
            joined,
            uint8(body.length / 8),
            body
        );
    }

    function input(uint8 kind, uint32 index, uint8 dtype, uint64 numel, int64 offset, int64[] memory strides)
        internal
        pure
        returns (bytes memory encoded)
    {
        encoded = abi.encodePacked(kind, index, dtype, numel, offset);
        for (uint256 d = 0; d < strides.length; d++) {
            encoded = abi.encodePacked(encoded, strides[d]);
        }
    }

    function op(uint8 opcode) internal pure returns (bytes memory) {
        return abi.encodePacked(opcode, uint8(0), uint8(0), uint8(0), int32(0));
    }

    function op(uint8 opcode, uint8 a) internal pure returns (bytes memory) {
        return abi.encodePacked(opcode, a, uint8(0), uint8(0), int32(0));
    }

    function op(uint8 opcode, uint8 a, uint8 b) internal pure returns (bytes memory) {
        return abi.encodePacked(opcode, a, b, uint8(0), int32(0));
    }

    function op(uint8 opcode, uint8 a, uint8 b, uint8 c) internal pure returns (bytes memory) {
        return abi.encodePacked(opcode, a, b, c, int32(0));
    }

    function imm(uint8 opcode, uint32 bits) internal pure returns (bytes memory) {
        return abi.encodePacked(opcode, uint8(0), uint8(0), uint8(0), bits);
    }

    function slot(uint8 dtype, uint64 numel, uint32 next) internal pure returns (bytes memory) {
        return abi.encodePacked(dtype, uint8(1), numel, next, uint8(4), "slot");
    }

    function tensorRecord(uint8 dtype, uint64 numel, bytes32 root) internal pure returns (bytes memory) {
        return abi.encodePacked(dtype, uint8(1), numel, root, uint8(6), "tensor");
    }

    function shape() internal pure returns (uint64[] memory) {
        return new uint64[](0);
    }

    function shape(uint64 a) internal pure returns (uint64[] memory s) {
        s = new uint64[](1);
        s[0] = a;
    }

    function shape(uint64 a, uint64 b) internal pure returns (uint64[] memory s) {
        s = new uint64[](2);
        (s[0], s[1]) = (a, b);
    }

    function perDimension() internal pure returns (int64[] memory) {
        return new int64[](0);
    }

    function perDimension(int64 a) internal pure returns (int64[] memory s) {
        s = new int64[](1);
        s[0] = a;
    }

    function perDimension(int64 a, int64 b) internal pure returns (int64[] memory s) {
        s = new int64[](2);
        (s[0], s[1]) = (a, b);
    }

    function perDimension(int64 a, int64 b, int64 c) internal pure returns (int64[] memory s) {
        s = new int64[](3);
        (s[0], s[1], s[2]) = (a, b, c);
    }

    function _shape(uint64[] memory dimensions) private pure returns (bytes memory encoded) {
        encoded = abi.encodePacked(uint8(dimensions.length));
        for (uint256 d = 0; d < dimensions.length; d++) {
            encoded = abi.encodePacked(encoded, dimensions[d]);
        }
    }
}
