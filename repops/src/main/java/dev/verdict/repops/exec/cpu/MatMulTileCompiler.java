package dev.verdict.repops.exec.cpu;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AccessFlag;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Writes the JVM code of a [MatMulTile] as a hidden class.
///
/// Every accumulator is a local variable, and nothing takes a vector as an argument: arrays and helpers of vectors box
/// them, at a 25th of the speed. Tiles are as large as the registers hold (32 at 512 bits, 16 below; one row or vector
/// more spills and halves the speed). Indices are plain sums of the loop's variable and constants, so that their checks
/// leave the loop: measured at 12×32, 98 % of what the machine does in a loop of FMA alone.
///
/// Loaded only where [VectorWidth#BITS] isn't 0.
final class MatMulTileCompiler {
  /// The rows of the largest tile.
  static final int ROWS = switch (VectorWidth.BITS) {
    case 512 -> 12;
    case 256 -> 5;
    default -> 4;
  };
  /// The vectors that the largest tile is wide.
  static final int VECTORS = 2;

  private static final int LANES = VectorRows.LANES;
  private static final Map<MatMulTile.Form, MatMulTile> KNOWN = new ConcurrentHashMap<>();

  private static final ClassDesc SELF = ClassDesc.of(MatMulTileCompiler.class.getPackageName(), "GeneratedTile");
  private static final ClassDesc TILE = ClassDesc.of(MatMulTile.class.getName());
  private static final ClassDesc VECTOR_ROWS = ClassDesc.of(VectorRows.class.getName());
  private static final ClassDesc SEGMENT = ClassDesc.of(MemorySegment.class.getName());
  private static final ClassDesc ORDER = ClassDesc.of(ByteOrder.class.getName());
  private static final ClassDesc VECTOR = ClassDesc.of(Vector.class.getName());
  private static final ClassDesc FLOAT_VECTOR = ClassDesc.of(FloatVector.class.getName());
  private static final ClassDesc SPECIES = ClassDesc.of(VectorSpecies.class.getName());
  private static final ClassDesc MASK = ClassDesc.of(VectorMask.class.getName());
  private static final ClassDesc OPERATORS = ClassDesc.of(VectorOperators.class.getName());
  private static final ClassDesc COMPARISON = OPERATORS.nested("Comparison");
  private static final ClassDesc FLOATS = CD_float.arrayType();
  private static final ClassDesc INTS = CD_int.arrayType();
  private static final ClassDesc LONGS = CD_long.arrayType();
  private static final MethodTypeDesc RUN = MethodTypeDesc.of(
      CD_void, FLOATS, CD_int, INTS, FLOATS, CD_int, CD_int, CD_float, SEGMENT, LONGS, CD_int, CD_long);

  // Local variables, in the order of [MatMulTile#run]'s parameters.
  private static final int A = 1;
  private static final int A_AT = 2;
  private static final int STEP_AT = 3;
  private static final int B = 4;
  private static final int B_AT = 5;
  private static final int DEPTH = 6;
  private static final int INIT = 7;
  private static final int C = 8;
  private static final int ROW_AT = 9;
  private static final int ROW = 10;
  private static final int COLUMN_AT = 11;
  private static final int K = 13;
  private static final int AT = 14;
  private static final int LEFT = 16;
  private static final int RIGHT = 17;

  private final MatMulTile.Form form;

  private MatMulTileCompiler(MatMulTile.Form form) {
    this.form = form;
  }

  static MatMulTile tile(MatMulTile.Form form) {
    return KNOWN.computeIfAbsent(form, f -> new MatMulTileCompiler(f).compile());
  }

  /// The most rows, up to `count`, that there is a tile for.
  static int height(int count) {
    return count >= ROWS ? ROWS : Integer.highestOneBit(count);
  }

  private MatMulTile compile() {
    try {
      byte[] bytes = ClassFile.of().build(SELF, this::writeClass);
      Class<?> generated = MethodHandles.lookup().defineHiddenClass(bytes, true).lookupClass();
      return (MatMulTile) generated.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException | IllegalArgumentException | LinkageError e) {
      throw new IllegalStateException("no JVM code for " + form + ": " + e.getMessage(), e);
    }
  }

  private void writeClass(ClassBuilder c) {
    c.withFlags(AccessFlag.FINAL, AccessFlag.SYNTHETIC);
    c.withInterfaceSymbols(TILE);
    c.withMethodBody(ConstantDescs.INIT_NAME, ConstantDescs.MTD_void, 0, code -> code
        .aload(0)
        .invokespecial(ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
        .return_());
    c.withMethodBody("run", RUN, ClassFile.ACC_PUBLIC, this::writeRun);
  }

  private void writeRun(CodeBuilder code) {
    for (int r = 0; r < form.rows(); r++) {
      if (!form.first()) {
        rowStart(code, r);
      }
      for (int v = 0; v < form.vectors(); v++) {
        species(code);
        if (form.first()) {
          code.fload(INIT).invokestatic(FLOAT_VECTOR, "broadcast", MethodTypeDesc.of(FLOAT_VECTOR, SPECIES, CD_float));
        } else {
          code.aload(C);
          byteAt(code, v);
          littleEndian(code);
          code.invokestatic(FLOAT_VECTOR, "fromMemorySegment",
              MethodTypeDesc.of(FLOAT_VECTOR, SPECIES, SEGMENT, CD_long, ORDER));
        }
        code.astore(accumulator(r, v));
      }
    }
    code.iconst_0().istore(K);
    Label loop = code.newBoundLabel();
    Label done = code.newLabel();
    code.iload(K).iload(DEPTH).if_icmpge(done);
    step(code);
    code.iinc(K, 1).goto_(loop).labelBinding(done);
    for (int r = 0; r < form.rows(); r++) {
      rowStart(code, r);
      for (int v = 0; v < form.vectors(); v++) {
        store(code, r, v);
      }
    }
    code.return_();
  }

  private void step(CodeBuilder code) {
    for (int v = 0; v < form.vectors(); v++) {
      species(code);
      code.aload(B).iload(B_AT).iload(K).loadConstant(form.vectors() * LANES).imul().iadd()
          .loadConstant(v * LANES).iadd()
          .invokestatic(FLOAT_VECTOR, "fromArray", MethodTypeDesc.of(FLOAT_VECTOR, SPECIES, FLOATS, CD_int))
          .astore(RIGHT + v);
    }
    for (int r = 0; r < form.rows(); r++) {
      species(code);
      code.aload(A).iload(A_AT);
      if (form.stepStride() == 0) {
        code.aload(STEP_AT).iload(K).iaload();
      } else {
        code.iload(K).loadConstant(form.stepStride()).imul();
      }
      code.iadd().loadConstant(r * form.rowStride()).iadd().faload()
          .invokestatic(FLOAT_VECTOR, "broadcast", MethodTypeDesc.of(FLOAT_VECTOR, SPECIES, CD_float))
          .astore(LEFT);
      for (int v = 0; v < form.vectors(); v++) {
        code.aload(LEFT).aload(RIGHT + v).aload(accumulator(r, v))
            .invokevirtual(FLOAT_VECTOR, "fma", MethodTypeDesc.of(FLOAT_VECTOR, VECTOR, VECTOR))
            .astore(accumulator(r, v));
      }
    }
  }

  private void store(CodeBuilder code, int r, int v) {
    int x = accumulator(r, v);
    code.aload(x).loadConstant(Float.NaN)
        .aload(x).getstatic(OPERATORS, "NE", COMPARISON).aload(x)
        .invokevirtual(FLOAT_VECTOR, "compare", MethodTypeDesc.of(MASK, COMPARISON, VECTOR))
        .invokevirtual(FLOAT_VECTOR, "blend", MethodTypeDesc.of(FLOAT_VECTOR, CD_float, MASK))
        .aload(C);
    byteAt(code, v);
    littleEndian(code);
    code.invokevirtual(FLOAT_VECTOR, "intoMemorySegment", MethodTypeDesc.of(CD_void, SEGMENT, CD_long, ORDER));
  }

  /// The local variable that holds accumulators `v·LANES` on of row r.
  private int accumulator(int r, int v) {
    return RIGHT + VECTORS + r * form.vectors() + v;
  }

  /// Where row r of C starts, in bytes.
  private static void rowStart(CodeBuilder code, int r) {
    code.aload(ROW_AT).iload(ROW).loadConstant(r).iadd().laload().lload(COLUMN_AT).ladd().iconst_2().lshl().lstore(AT);
  }

  private static void byteAt(CodeBuilder code, int v) {
    code.lload(AT).loadConstant((long) v * LANES * Float.BYTES).ladd();
  }

  private static void species(CodeBuilder code) {
    code.getstatic(VECTOR_ROWS, "SPECIES", SPECIES);
  }

  private static void littleEndian(CodeBuilder code) {
    code.getstatic(ORDER, "LITTLE_ENDIAN", ORDER);
  }
}
