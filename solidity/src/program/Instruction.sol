// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Cos } from "../float/Cos.sol";
import { Erf } from "../float/Erf.sol";
import { Exp } from "../float/Exp.sol";
import { Float32 } from "../float/Float32.sol";
import { Log } from "../float/Log.sol";
import { Sin } from "../float/Sin.sol";
import { Tanh } from "../float/Tanh.sol";
import { Opcode } from "./Opcode.sol";

/// @title What each instruction gives (SPEC §2.2, §3.1.1)
/// @notice Registers are 256-bit words: an f32 as its 32 bits, an i64 sign-extended. A float operation sees the low
/// 32 bits of its operands and an integer operation the low 64, so every word is an operand of every instruction.
library Instruction {
    /// SPEC §3.1.1 has no such instruction.
    error UnknownInstruction(uint8 opcode);

    /// @notice CONST_F and CONST_I.
    function constantOf(uint8 opcode, int32 immediate) internal pure returns (uint256) {
        if (opcode == Opcode.CONST_F) return Float32.canonicalise(uint32(immediate));
        return _word(immediate);
    }

    /// @notice The instructions on registers, 0x10 and above: operands a, b and c, as far as the instruction has them.
    /// @dev The codes stand in blocks of 16 by kind, so the first digit finds the block.
    function evaluate(uint8 opcode, uint256 a, uint256 b, uint256 c) internal pure returns (uint256) {
        if (opcode < 0x20) return opcode < 0x1a ? _float(opcode, a, b, c) : _elementary(opcode, uint32(a));
        if (opcode < 0x30) return _compare(opcode, a, b, c);
        if (opcode < 0x40) return _word(_integer(opcode, int64(int256(a)), int64(int256(b))));
        return _convert(opcode, a);
    }

    function _float(uint8 opcode, uint256 a, uint256 b, uint256 c) private pure returns (uint256) {
        a = uint32(a);
        b = uint32(b);
        if (opcode == Opcode.FMA) return Float32.fma(a, b, uint32(c));
        if (opcode == Opcode.ADD) return Float32.add(a, b);
        if (opcode == Opcode.SUB) return Float32.sub(a, b);
        if (opcode == Opcode.MUL) return Float32.mul(a, b);
        if (opcode == Opcode.DIV) return Float32.div(a, b);
        if (opcode == Opcode.SQRT) return Float32.sqrt(a);
        if (opcode == Opcode.NEG) return Float32.neg(a);
        if (opcode == Opcode.ABS) return Float32.abs(a);
        if (opcode == Opcode.MIN) return Float32.min(a, b);
        if (opcode == Opcode.MAX) return Float32.max(a, b);
        revert UnknownInstruction(opcode);
    }

    function _elementary(uint8 opcode, uint256 a) private pure returns (uint256) {
        if (opcode == Opcode.EXP) return Exp.exp(a);
        if (opcode == Opcode.LOG) return Log.log(a);
        if (opcode == Opcode.TANH) return Tanh.tanh(a);
        if (opcode == Opcode.ERF) return Erf.erf(a);
        if (opcode == Opcode.SIN) return Sin.sin(a);
        if (opcode == Opcode.COS) return Cos.cos(a);
        revert UnknownInstruction(opcode);
    }

    function _compare(uint8 opcode, uint256 a, uint256 b, uint256 c) private pure returns (uint256) {
        if (opcode == Opcode.SELECT) return a != 0 ? b : c;
        if (opcode == Opcode.FLT) return Float32.lt(uint32(a), uint32(b));
        if (opcode == Opcode.FLE) return Float32.le(uint32(a), uint32(b));
        if (opcode == Opcode.FEQ) return Float32.eq(uint32(a), uint32(b));
        int64 i = int64(int256(a));
        int64 j = int64(int256(b));
        if (opcode == Opcode.ILT) return i < j ? 1 : 0;
        if (opcode == Opcode.ILE) return i <= j ? 1 : 0;
        if (opcode == Opcode.IEQ) return i == j ? 1 : 0;
        revert UnknownInstruction(opcode);
    }

    /// In 256 bits every result is exact, that of a left shift by 63 included; its low 64 bits are the wrapped one.
    function _integer(uint8 opcode, int256 a, int256 b) private pure returns (int256) {
        unchecked {
            if (opcode == Opcode.IADD) return a + b;
            if (opcode == Opcode.ISUB) return a - b;
            if (opcode == Opcode.IMUL) return a * b;
            if (opcode == Opcode.IDIV) return b == 0 ? int256(0) : a / b;
            if (opcode == Opcode.IREM) return b == 0 ? int256(0) : a % b;
            if (opcode == Opcode.IAND) return a & b;
            if (opcode == Opcode.IOR) return a | b;
            if (opcode == Opcode.IXOR) return a ^ b;
            uint256 places = uint256(b) & 63;
            if (opcode == Opcode.ISHL) return a << places;
            if (opcode == Opcode.ISHR) return a >> places;
            if (opcode == Opcode.IUSHR) return int256(uint256(uint64(uint256(a))) >> places);
        }
        revert UnknownInstruction(opcode);
    }

    function _convert(uint8 opcode, uint256 a) private pure returns (uint256) {
        if (opcode == Opcode.ITOF) return Float32.fromInt64(int64(int256(a)));
        if (opcode == Opcode.FTOI) return _word(Float32.toInt64(uint32(a)));
        if (opcode == Opcode.BITS_TO_F) return Float32.canonicalise(uint32(a));
        if (opcode == Opcode.F_TO_BITS) return uint32(a);
        revert UnknownInstruction(opcode);
    }

    /// The low 64 bits, sign-extended.
    function _word(int256 value) private pure returns (uint256) {
        return uint256(int256(int64(value)));
    }
}
