package dev.verdict.repops.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The functions over tensors, at every vector width and as scalar code.
class ElementaryTest {
  private static final long BLOCK_BYTES = 4L * BlockChecksum.BLOCK_SIZE;
  private static final long SLICE_BYTES = BLOCK_BYTES / 256;
  private static final float[] EDGES = {
    0f, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MIN_VALUE, -Float.MIN_NORMAL,
    Float.MAX_VALUE, 87f, -87f, -103.97f, -104f, 88.72f, 3.93f
  };
  private static final String PACKAGE = Elementary.class.getPackageName() + ".";

  /// Loads the package's classes anew, so that its static vector species can be chosen again.
  private static final class FreshLoader extends ClassLoader {
    FreshLoader() {
      super(Elementary.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(PACKAGE)) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : define(name);
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      String resource = name.replace('.', '/') + ".class";
      try (InputStream in = getParent().getResourceAsStream(resource)) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  /// `Elementary` as it is with `-Dverdict.vectorBits=bits`.
  private static Class<?> elementaryAt(int bits) throws ReflectiveOperationException {
    String before = System.getProperty("verdict.vectorBits");
    System.setProperty("verdict.vectorBits", Integer.toString(bits));
    try {
      return Class.forName(Elementary.class.getName(), true, new FreshLoader());
    } finally {
      if (before == null) {
        System.clearProperty("verdict.vectorBits");
      } else {
        System.setProperty("verdict.vectorBits", before);
      }
    }
  }

  private static MethodHandle function(Class<?> elementary, ElementaryFunction function)
      throws ReflectiveOperationException {
    return MethodHandles.publicLookup()
        .findStatic(
            elementary,
            function.name().toLowerCase(Locale.ROOT),
            MethodType.methodType(void.class, MemorySegment.class, MemorySegment.class));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 128, 256, 512})
  void sampleBlocks_atEveryWidth_equalTheTruth(int bits) throws Throwable {
    Class<?> elementary = elementaryAt(bits);
    assertThat(elementary.getMethod("vectorBits").invoke(null)).isEqualTo(bits);
    for (ElementaryFunction function : ElementaryFunction.values()) {
      MethodHandle handle = function(elementary, function);
      ChecksumTable table = function.table();
      float[] in = new float[BlockChecksum.BLOCK_SIZE];
      float[] out = new float[BlockChecksum.BLOCK_SIZE];
      // At 128 bits the JDK doesn't compile these vectors on x86, so that a block takes a while.
      int stride = bits == 128 ? 5 : 1;
      for (int sample = 0; sample < function.sampleBlocks.length; sample += stride) {
        int block = function.sampleBlocks[sample];
        int first = BlockChecksum.firstInput(block);
        for (int i = 0; i < in.length; i++) {
          in[i] = Float.intBitsToFloat(first + i);
        }
        // In slices, so that compiled code takes over from the interpreter within the first block.
        for (long at = 0; at < BLOCK_BYTES; at += SLICE_BYTES) {
          handle.invoke(
              MemorySegment.ofArray(out).asSlice(at, SLICE_BYTES),
              MemorySegment.ofArray(in).asSlice(at, SLICE_BYTES));
        }
        assertThat(BlockChecksum.ofResults(block, out)).isEqualTo(table.block(block));
        // In place, which may have code of its own.
        if (bits != 128) {
          for (long at = 0; at < BLOCK_BYTES; at += SLICE_BYTES) {
            MemorySegment slice = MemorySegment.ofArray(in).asSlice(at, SLICE_BYTES);
            handle.invoke(slice, slice);
          }
          assertThat(BlockChecksum.ofResults(block, in)).isEqualTo(table.block(block));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 128, 256, 512})
  void everyShortLength_equalsScalarAndTouchesNothingElse(int bits) throws Throwable {
    Class<?> elementary = elementaryAt(bits);
    for (ElementaryFunction function : ElementaryFunction.values()) {
      MethodHandle handle = function(elementary, function);
      for (int count = 0; count <= 35; count++) {
        // Offset 1 byte from any alignment; one guard element after the end.
        MemorySegment memory = Arena.ofAuto().allocate(2L * 4 * (count + 1) + 1);
        MemorySegment in = memory.asSlice(1, 4L * count);
        MemorySegment out = memory.asSlice(1 + 4L * count, 4L * count);
        memory.set(ValueLayout.JAVA_INT_UNALIGNED, 1 + 8L * count, 0x5eed5eed);
        for (int i = 0; i < count; i++) {
          in.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, i * 0.75f - 3f);
        }
        handle.invoke(out, in);
        assertEqualsScalar(function, out, in.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
        assertThat(memory.get(ValueLayout.JAVA_INT_UNALIGNED, 1 + 8L * count))
            .isEqualTo(0x5eed5eed);

        float[] inputs = in.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
        handle.invoke(in, in);
        assertEqualsScalar(function, in, inputs);
      }
    }
  }

  private static void assertEqualsScalar(
      ElementaryFunction function, MemorySegment out, float[] inputs) {
    for (int i = 0; i < inputs.length; i++) {
      assertThat(out.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i))
          .isEqualTo(Float.floatToRawIntBits(function.scalar.apply(inputs[i])));
    }
  }

  /// Longer than a chunk of the fastest code and of no whole number of anything, at different offsets.
  @ParameterizedTest
  @ValueSource(ints = {0, 256, 512})
  void ranges_areComputedAndNothingElse(int bits) throws Throwable {
    Class<?> elementary = elementaryAt(bits);
    int count = 2_345;
    int inAt = 3;
    int outAt = 11;
    float[] in = new float[count + 20];
    for (int i = 0; i < in.length; i++) {
      in[i] = (i - 1_000) * 0.01f;
    }
    for (ElementaryFunction function : ElementaryFunction.values()) {
      MethodHandle handle = MethodHandles.lookup().findStatic(elementary, function.name().toLowerCase(Locale.ROOT),
          MethodType.methodType(
              void.class, MemorySegment.class, long.class, MemorySegment.class, long.class, long.class));
      float[] out = new float[count + 20];
      Arrays.fill(out, 7f);
      handle.invoke(MemorySegment.ofArray(out), 4L * outAt, MemorySegment.ofArray(in), 4L * inAt, 4L * count);
      for (int i = 0; i < out.length; i++) {
        boolean inside = i >= outAt && i < outAt + count;
        assertThat(Float.floatToRawIntBits(out[i])).as("%s %d", function, i).isEqualTo(
            Float.floatToRawIntBits(inside ? function.scalar.apply(in[i - outAt + inAt]) : 7f));
      }
    }
  }

  /// Lanes that vectors leave to scalar code, as many as there may be: e^x of what a mask leaves out.
  @ParameterizedTest
  @ValueSource(ints = {0, 256, 512})
  void exp_runsOfMinusInfinity_equalsScalar(int bits) throws Throwable {
    MethodType type = MethodType.methodType(
        void.class, MemorySegment.class, long.class, MemorySegment.class, long.class, long.class);
    MethodHandle exp = MethodHandles.lookup().findStatic(elementaryAt(bits), "exp", type);
    Random random = new Random(1);
    for (int round = 0; round < 200; round++) {
      float[] in = new float[1 + random.nextInt(200)];
      for (int i = 0; i < in.length; i++) {
        in[i] = switch (random.nextInt(12)) {
          case 0 -> -random.nextInt(150);
          case 1 -> EDGES[random.nextInt(EDGES.length)];
          default -> (float) random.nextGaussian();
        };
      }
      int masked = random.nextInt(in.length);
      Arrays.fill(in, masked, masked + random.nextInt(in.length - masked + 1), Float.NEGATIVE_INFINITY);
      float[] out = new float[in.length];
      exp.invoke(MemorySegment.ofArray(out), 0L, MemorySegment.ofArray(in), 0L, 4L * in.length);
      for (int i = 0; i < in.length; i++) {
        assertThat(Float.floatToRawIntBits(out[i])).as("%s", in[i])
            .isEqualTo(Float.floatToRawIntBits(Exp.exp(in[i])));
      }
    }
  }

  @Test
  void badArguments_areRefused() {
    float[] a = new float[8];
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Elementary.exp(MemorySegment.ofArray(a), MemorySegment.ofArray(new float[7])))
        .withMessageContaining("32")
        .withMessageContaining("28");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Elementary.log(
                    MemorySegment.ofArray(new byte[7]), MemorySegment.ofArray(new byte[7])));
    MemorySegment m = MemorySegment.ofArray(a);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Elementary.exp(m, 0, m, 4, 16))
        .withMessageContaining("overlap");
    Elementary.exp(m, 0, m, 16, 16);
    assertThatThrownBy(() -> Elementary.exp(m, 20, m, 0, 16)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Elementary.erf(m, 0, m, -4, 4)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> elementaryAt(100))
        .isInstanceOf(ExceptionInInitializerError.class)
        .hasRootCauseMessage("verdict.vectorBits must be 0, 128, 256 or 512, not 100");
  }
}
