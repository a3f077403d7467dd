// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ProofReader } from "../../src/commitment/ProofReader.sol";
import { Executions } from "../../src/program/Execution.sol";
import { Instruction } from "../../src/program/Instruction.sol";
import { Limits } from "../../src/program/Limits.sol";
import { Node, Nodes, Source } from "../../src/program/Node.sol";
import { BodyHarness } from "../parity/BodyHarness.sol";
import { TestBase } from "../TestBase.sol";
import { Encode } from "./Encode.sol";

/// @notice The instructions of SPEC §3.1.1, node decoding (§3.2.1), and bytes that no validator lets through.
contract ExecutionTest is TestBase {
    int64 private constant MIN = type(int64).min;
    int64 private constant MAX = type(int64).max;

    BodyHarness private harness = new BodyHarness();

    // ------------------------------------------------------------------ instructions

    function test_integerInstructions_wrapTruncateAndShift() public view {
        assertEq(_integer(0x30, MAX, 1), MIN, "iadd wraps");
        assertEq(_integer(0x31, MIN, 1), MAX, "isub wraps");
        assertEq(_integer(0x32, MIN, -1), MIN, "imul wraps");
        assertEq(_integer(0x33, MIN, -1), MIN, "idiv wraps");
        assertEq(_integer(0x33, -7, 2), -3, "idiv truncates");
        assertEq(_integer(0x33, -7, 0), 0, "idiv by zero");
        assertEq(_integer(0x34, -7, 2), -1, "irem has the dividend's sign");
        assertEq(_integer(0x34, MIN, -1), 0, "irem of the wrapping quotient");
        assertEq(_integer(0x34, 7, 0), 0, "irem by zero");
        assertEq(_integer(0x35, -2, 7), 6, "iand");
        assertEq(_integer(0x36, -8, 3), -5, "ior");
        assertEq(_integer(0x37, -1, 5), -6, "ixor");
        assertEq(_integer(0x38, 3, 63), MIN, "ishl drops what leaves 64 bits");
        assertEq(_integer(0x38, 1, 65), 2, "ishl uses six bits");
        assertEq(_integer(0x38, 1, -1), MIN, "ishl by -1 is by 63");
        assertEq(_integer(0x39, -8, 1), -4, "ishr keeps the sign");
        assertEq(_integer(0x39, -8, 64), -8, "ishr by 64 is by 0");
        assertEq(_integer(0x3a, -1, 63), 1, "iushr doesn't");
        assertEq(_integer(0x3a, -1, 0), -1, "iushr by 0");
        assertEq(_integer(0x23, -1, 0), 1, "ilt");
        assertEq(_integer(0x23, 0, 0), 0, "ilt of equals");
        assertEq(_integer(0x24, 0, 0), 1, "ile");
        assertEq(_integer(0x24, MAX, MIN), 0, "ile, far apart");
        assertEq(_integer(0x25, MIN, MIN), 1, "ieq");
        assertEq(_integer(0x25, 1, 0), 0, "ieq of others");
    }

    function testFuzz_integerInstructions_equalWhatIsExactInWideIntegers(int64 a, int64 b) public view {
        assertEq(_integer(0x30, a, b), _low64(int256(a) + b), "iadd");
        assertEq(_integer(0x31, a, b), _low64(int256(a) - b), "isub");
        assertEq(_integer(0x32, a, b), _low64(int256(a) * b), "imul");
        assertEq(_integer(0x38, a, b), _low64(int256(a) * int256(1 << (uint64(b) % 64))), "ishl");
        if (b != 0) {
            int64 quotient = _integer(0x33, a, b);
            assertEq(_low64(int256(quotient) * b + _integer(0x34, a, b)), a, "a = qb + r");
        }
    }

    function test_floatInstructions_reachTheirFunctions() public view {
        uint32 two = 0x40000000;
        uint32 three = 0x40400000;
        uint32 five = 0x40a00000;
        assertEq(_float(0x10, two, three, 0), five, "add");
        assertEq(_float(0x11, five, three, 0), two, "sub");
        assertEq(_float(0x12, two, three, 0), 0x40c00000, "mul");
        assertEq(_float(0x13, 0x40c00000, three, 0), two, "div");
        assertEq(_float(0x14, two, three, five), 0x41300000, "fma");
        assertEq(_float(0x15, 0x40800000, 0, 0), two, "sqrt");
        assertEq(_float(0x16, two, 0, 0), 0xc0000000, "neg");
        assertEq(_float(0x17, 0xc0000000, 0, 0), two, "abs");
        assertEq(_float(0x18, two, three, 0), two, "min");
        assertEq(_float(0x19, two, three, 0), three, "max");
        assertEq(_float(0x1a, 0x3f800000, 0, 0), 0x402df854, "exp");
        assertEq(_float(0x1b, two, 0, 0), 0x3f317218, "log");
        assertEq(_float(0x1c, 0x3f800000, 0, 0), 0x3f42f7d6, "tanh");
        assertEq(_float(0x1d, 0x3f800000, 0, 0), 0x3f57bb3d, "erf");
        assertEq(_float(0x1e, 0x3f800000, 0, 0), 0x3f576aa4, "sin");
        assertEq(_float(0x1f, 0x3f800000, 0, 0), 0x3f0a5140, "cos");
        assertEq(_float(0x20, two, three, 0), 1, "flt");
        assertEq(_float(0x20, two, two, 0), 0, "flt of equals");
        assertEq(_float(0x21, two, two, 0), 1, "fle");
        assertEq(_float(0x22, two, two, 0), 1, "feq");
        assertEq(_float(0x22, two, three, 0), 0, "feq of others");
        assertEq(_float(0x41, 0xc0600000, 0, 0), uint256(int256(-3)), "ftoi truncates");
        assertEq(_float(0x43, 0xff800000, 0, 0), 0xff800000, "f_to_bits is zero-extended");
        assertEq(uint256(_integerWord(0x40, -3, 0)), 0xc0400000, "itof");
        assertEq(_integerWord(0x42, int64(0x1_ffc12345), 0), 0x7fc00000, "bits_to_f is canonical");
        assertEq(_integerWord(0x42, int64(0x7_80000000), 0), 0x80000000, "bits_to_f keeps -0");
    }

    function test_constants_select_indexAndStep() public view {
        assertEq(_run(Encode.imm(0x03, 0xffffffff), 0), 0x7fc00000, "const_f is canonical");
        assertEq(_run(Encode.imm(0x04, 0xfffffffe), 0), uint256(int256(-2)), "const_i is sign-extended");
        assertEq(_run(Encode.op(0x02), uint256(int256(-9))), uint256(int256(-9)), "acc");
        assertEq(_run(Encode.op(0x06), 0), 3, "step");
        assertEq(_run(Encode.op(0x05, 0), 0), 11, "first output index");
        assertEq(_run(Encode.op(0x05, 1), 0), 12, "second output index");
        assertEq(_run(Encode.op(0x05, 2), 0), 13, "reduction index");
        bytes memory three = bytes.concat(Encode.imm(0x04, 1), Encode.imm(0x04, 20), Encode.imm(0x04, 30));
        assertEq(_run(bytes.concat(three, Encode.op(0x26, 0, 1, 2)), 0), 20, "select");
        three = bytes.concat(Encode.imm(0x04, 0), Encode.imm(0x04, 20), Encode.imm(0x04, 30));
        assertEq(_run(bytes.concat(three, Encode.op(0x26, 0, 1, 2)), 0), 30, "select by 0");
    }

    function test_loads_followTheMapAndAreZeroOutside() public view {
        // LOAD reads 2 + 3·11 − 1·12 + 5·13 = 88 of 89 elements; GATHER the same plus one, which is outside.
        bytes[] memory inputs = new bytes[](1);
        inputs[0] = Encode.input(1, 0, 1, 89, 2, Encode.perDimension(3, -1, 5));
        uint256[] memory loads = new uint256[](2);
        (loads[0], loads[1]) = (0xffffffff, 7);
        bytes memory body = bytes.concat(
            Encode.op(0x00, 0), // r0 = −1
            Encode.imm(0x04, 89),
            Encode.op(0x01, 0, 1), // r2 = +0, without an operand
            Encode.imm(0x04, 88),
            Encode.op(0x01, 0, 3), // r4 = 7
            Encode.op(0x01, 0, 0), // r5 = +0, at −1
            Encode.op(0x30, 0, 4),
            Encode.op(0x30, 2, 5),
            Encode.op(0x30, 6, 7)
        );
        assertEq(harness.run(_node(1, inputs, body), _out(), _red(), 3, 0, loads), 6, "-1 + 7 + 0 + 0");

        inputs[0] = Encode.input(1, 0, 1, 88, 2, Encode.perDimension(3, -1, 5));
        assertEq(
            harness.run(_node(1, inputs, Encode.op(0x00, 0)), _out(), _red(), 3, 0, new uint256[](0)),
            0,
            "88 of 88"
        );
        // The map is exact: the extremes of offset and strides neither wrap nor revert.
        inputs[0] = Encode.input(1, 0, 1, type(uint64).max, MIN, Encode.perDimension(MAX, MAX, MAX));
        assertEq(
            harness.run(_node(1, inputs, Encode.op(0x00, 0)), _out(), _red(), 3, 0, new uint256[](0)),
            0,
            "far outside"
        );
    }

    function test_loads_ofEachDtype() public view {
        assertEq(_load(0, 0xff812345), 0x7fc00000, "f32, canonical");
        assertEq(_load(0, 0x80000000), 0x80000000, "f32");
        assertEq(_load(1, 0x80000000), uint256(int256(type(int32).min)), "i32, sign-extended");
        assertEq(_load(2, 0xff), 255, "u8, zero-extended");
    }

    // ------------------------------------------------------------------ bodies that break the rules

    function test_unknownInstructions_revert() public {
        for (uint256 opcode = 0; opcode < 256; opcode++) {
            bool known = opcode <= 0x06 || (opcode >= 0x10 && opcode <= 0x26)
                || (opcode >= 0x30 && opcode <= 0x3a) || (opcode >= 0x40 && opcode <= 0x43);
            if (known) continue;
            bytes memory body = bytes.concat(Encode.imm(0x04, 0), Encode.op(uint8(opcode), 0));
            _expectRevert(body, abi.encodeWithSelector(Instruction.UnknownInstruction.selector, opcode));
        }
    }

    function test_registersNotYetWritten_revert() public {
        bytes4 selector = Executions.RegisterNotWritten.selector;
        _expectRevert(Encode.op(0x16, 0), abi.encodeWithSelector(selector, 0, 0));
        bytes memory one = Encode.imm(0x04, 1);
        _expectRevert(bytes.concat(one, Encode.op(0x30, 1, 0)), abi.encodeWithSelector(selector, 1, 1));
        _expectRevert(bytes.concat(one, Encode.op(0x30, 0, 255)), abi.encodeWithSelector(selector, 1, 255));
        _expectRevert(bytes.concat(one, Encode.op(0x14, 0, 0, 2)), abi.encodeWithSelector(selector, 1, 2));
    }

    function test_inputsAndIndicesThatTheNodeLacks_revert() public {
        _expectRevert(
            Encode.op(0x00, 0), abi.encodeWithSelector(Executions.InputOutOfRange.selector, 0, 0, 0)
        );
        _expectRevert(
            Encode.op(0x05, 3), abi.encodeWithSelector(Executions.IndexOutOfRange.selector, 0, 3, 3)
        );
    }

    function testFuzz_illTypedBodies_giveOneResultOrANamedError(bytes32 seed, uint256 length) public view {
        // Random opcodes and registers over registers of both kinds: nothing panics, nothing runs on.
        length = bound(length, 1, 61);
        bytes memory body = bytes.concat(
            Encode.imm(0x03, uint32(uint256(seed))), Encode.imm(0x04, 0x80000000), Encode.op(0x02)
        );
        for (uint256 i = 0; i < length; i++) {
            seed = keccak256(abi.encode(seed));
            uint256 n = i + 3;
            uint8[38] memory codes = _codes();
            body = bytes.concat(
                body,
                abi.encodePacked(
                    codes[uint8(seed[0]) % 38],
                    uint8(uint8(seed[1]) % n),
                    uint8(uint8(seed[2]) % n),
                    uint8(uint8(seed[3]) % n),
                    int32(0)
                )
            );
        }
        assertEq(_run(body, uint256(seed)), _run(body, uint256(seed)), "one result");
    }

    // ------------------------------------------------------------------ nodes

    function test_decode_readsEveryField() public view {
        bytes[] memory inputs = new bytes[](2);
        inputs[0] = Encode.input(0, 7, 2, 1000, -5, Encode.perDimension(1, -2, 3));
        inputs[1] = Encode.input(3, 0xffffffff, 0, 1 << 40, MAX, Encode.perDimension(MIN, 0, MAX));
        Node memory node = harness.decode(
            Encode.node(1, Encode.shape(20, 30), Encode.shape(40), 0xdeadbeef, inputs, Encode.op(2))
        );
        assertEq(node.dtype, 1, "dtype");
        assertEq(node.numel, 600, "numel");
        assertEq(node.foldLength, 40, "fold");
        assertEq(node.init, 0xdeadbeef, "init");
        assertEq(node.inputs.length, 2, "inputs");
        assertTrue(node.inputs[0].source == Source.NODE && node.inputs[1].source == Source.CONST, "sources");
        assertEq(node.inputs[0].index, 7, "index");
        assertEq(node.inputs[0].dtype, 2, "input dtype");
        assertEq(node.inputs[1].numel, 1 << 40, "input numel");
        assertEq(int256(node.inputs[0].offset), -5, "offset");
        assertEq(int256(node.inputs[0].strides[1]), -2, "stride");
        assertEq(int256(node.inputs[1].strides[0]), MIN, "least stride");
        assertEq(node.bodyLength, 1, "body");
    }

    function test_decode_ofANodeWithoutShapes() public view {
        Node memory node =
            harness.decode(Encode.node(0, Encode.shape(), Encode.shape(), 0, new bytes[](0), Encode.op(6)));
        assertEq(node.numel, 1, "a scalar");
        assertEq(node.foldLength, 1, "one evaluation");
    }

    function test_decode_refusesWhatBreaksALimit() public {
        bytes memory good = Encode.node(0, Encode.shape(2), Encode.shape(3), 0, new bytes[](0), Encode.op(6));
        harness.decode(good);
        // 0 dtype | 1 label | 6 rank 2 | 15 rank 3 | 24 init | 28 inputs | 29 body | 30 …
        _refuses(_set(good, 0, 3), abi.encodeWithSelector(Limits.UnknownDType.selector, 3));
        _refuses(_set(good, 1, 33), abi.encodeWithSelector(Limits.LabelTooLong.selector, 33, 32));
        _refuses(_set(good, 6, 9), abi.encodeWithSelector(Limits.RankTooHigh.selector, 9, 8));
        _refuses(_set(good, 15, 9), abi.encodeWithSelector(Limits.RankTooHigh.selector, 9, 8));
        _refuses(_set(good, 14, 0), abi.encodeWithSelector(Limits.EmptyDimension.selector, 0));
        _refuses(_set(good, 23, 0), abi.encodeWithSelector(Limits.EmptyDimension.selector, 0));
        _refuses(_set(good, 28, 17), abi.encodeWithSelector(Limits.TooManyInputs.selector, 17, 16));
        _refuses(_set(good, 29, 0), abi.encodeWithSelector(Limits.BodyLengthOutOfRange.selector, 0, 64));
        _refuses(_set(good, 29, 65), abi.encodeWithSelector(Limits.BodyLengthOutOfRange.selector, 65, 64));
        _refuses(bytes.concat(good, hex"00"), abi.encodeWithSelector(ProofReader.TrailingBytes.selector, 1));

        bytes[] memory inputs = new bytes[](1);
        inputs[0] = Encode.input(4, 0, 0, 1, 0, Encode.perDimension(0, 0));
        bytes memory node = Encode.node(0, Encode.shape(2), Encode.shape(3), 0, inputs, Encode.op(6));
        _refuses(node, abi.encodeWithSelector(Nodes.UnknownSource.selector, 4));
        inputs[0] = Encode.input(3, 0, 7, 1, 0, Encode.perDimension(0, 0));
        node = Encode.node(0, Encode.shape(2), Encode.shape(3), 0, inputs, Encode.op(6));
        _refuses(node, abi.encodeWithSelector(Limits.UnknownDType.selector, 7));

        node = Encode.node(0, Encode.shape(1 << 40, 2), Encode.shape(), 0, new bytes[](0), Encode.op(6));
        _refuses(node, abi.encodeWithSelector(Limits.TooManyElements.selector, 1 << 41, 1 << 40));
        node = Encode.node(0, Encode.shape(1 << 63, 1 << 63), Encode.shape(), 0, new bytes[](0), Encode.op(6));
        _refuses(node, abi.encodeWithSelector(Limits.TooManyElements.selector, 1 << 63, 1 << 40));
        node = Encode.node(0, Encode.shape(), Encode.shape(1 << 32, 2), 0, new bytes[](0), Encode.op(6));
        _refuses(node, abi.encodeWithSelector(Limits.TooManyElements.selector, 1 << 33, 1 << 32));
    }

    function test_decode_revertsAtEveryShorterLength() public {
        bytes[] memory inputs = new bytes[](1);
        inputs[0] = Encode.input(0, 0, 0, 1, 0, Encode.perDimension(0, 0, 0));
        bytes memory node = _node(0, inputs, Encode.op(6));
        for (uint256 length = 0; length < node.length; length++) {
            bytes memory short = bytes.concat(node);
            assembly ("memory-safe") {
                mstore(short, length)
            }
            vm.expectPartialRevert(ProofReader.ProofTooShort.selector);
            harness.decode(short);
        }
    }

    // ------------------------------------------------------------------ building

    function _integer(uint8 opcode, int64 a, int64 b) private view returns (int64) {
        int256 word = int256(_integerWord(opcode, a, b));
        assertEq(word, int256(int64(word)), "an i64 register is sign-extended");
        return int64(word);
    }

    /// a comes through the accumulator, b as two halves.
    function _integerWord(uint8 opcode, int64 a, int64 b) private view returns (uint256) {
        bytes memory body = bytes.concat(
            Encode.op(0x02), // r0 = a
            Encode.imm(0x04, uint32(uint64(b) >> 32)),
            Encode.imm(0x04, 32),
            Encode.op(0x38, 1, 2), // r3 = high half
            Encode.imm(0x04, uint32(uint64(b))),
            Encode.op(0x38, 4, 2),
            Encode.op(0x3a, 5, 2), // r6 = low half, zero-extended
            Encode.op(0x36, 3, 6), // r7 = b
            Encode.op(opcode, 0, 7)
        );
        return _run(body, uint256(int256(a)));
    }

    function _float(uint8 opcode, uint32 a, uint32 b, uint32 c) private view returns (uint256) {
        return _run(
            bytes.concat(
                Encode.imm(0x03, a), Encode.imm(0x03, b), Encode.imm(0x03, c), Encode.op(opcode, 0, 1, 2)
            ),
            0
        );
    }

    function _load(uint8 dtype, uint256 bits) private view returns (uint256) {
        bytes[] memory inputs = new bytes[](1);
        inputs[0] = Encode.input(1, 0, dtype, 1, 0, Encode.perDimension(0, 0, 0));
        uint256[] memory loads = new uint256[](1);
        loads[0] = bits;
        return harness.run(_node(1, inputs, Encode.op(0)), _out(), _red(), 0, 0, loads);
    }

    /// Runs a body at output indices 11, 12 and reduction index 13 of step 3.
    function _run(bytes memory body, uint256 acc) private view returns (uint256) {
        return harness.run(_node(1, new bytes[](0), body), _out(), _red(), 3, acc, new uint256[](0));
    }

    function _expectRevert(bytes memory body, bytes memory reason) private {
        bytes memory node = _node(1, new bytes[](0), body);
        vm.expectRevert(reason);
        harness.run(node, _out(), _red(), 3, 0, new uint256[](0));
    }

    function _refuses(bytes memory node, bytes memory reason) private {
        vm.expectRevert(reason);
        harness.decode(node);
    }

    function _node(uint8 dtype, bytes[] memory inputs, bytes memory body)
        private
        pure
        returns (bytes memory)
    {
        return Encode.node(dtype, Encode.shape(20, 30), Encode.shape(40), 0, inputs, body);
    }

    function _out() private pure returns (uint64[] memory) {
        return Encode.shape(11, 12);
    }

    function _red() private pure returns (uint64[] memory) {
        return Encode.shape(13);
    }

    function _set(bytes memory data, uint256 place, uint8 value) private pure returns (bytes memory changed) {
        changed = bytes.concat(data);
        changed[place] = bytes1(value);
    }

    function _low64(int256 value) private pure returns (int64) {
        return int64(value);
    }

    /// Every instruction on registers that is implemented.
    function _codes() private pure returns (uint8[38] memory codes) {
        uint256 n = 0;
        for (uint8 code = 0x10; code <= 0x43; code++) {
            bool known = code <= 0x1f || (code >= 0x20 && code <= 0x26) || (code >= 0x30 && code <= 0x3a)
                || code >= 0x40;
            if (known) codes[n++] = code;
        }
    }
}
