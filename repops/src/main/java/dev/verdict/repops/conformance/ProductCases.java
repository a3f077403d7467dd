package dev.verdict.repops.conformance;

import static dev.verdict.repops.conformance.Operand.floats;

import dev.verdict.repops.op.Sliding;
import java.util.List;

/// Matrix products and convolutions.
final class ProductCases {
  private static final String CONV =
      "y[n,m,p,q] = Σ x'[n, c, p·s+i·d, q·s+j·d] · w[m,c,i,j], a fold of fma over (c, i, j), then + bias";
  private static final String CONV_GRADIENT =
      "of x a fold of fma over (m, i, j); of w over (n, p, q); of the bias sums of g";

  private static final String TRANSPOSED =
      "y[n,m,h,w] = Σ s[n, c, h+(kH−1−i)·d, w+(kW−1−j)·d] · w[c,m,i,j], a fold of fma, s being x spread; then + bias";
  private static final String TRANSPOSED_GRADIENT =
      "of x Conv of g with w; of w a fold of fma over (n, p, q); of the bias sums of g";

  private ProductCases() {}

  static List<OperatorCase> all() {
    Sliding everything = Sliding.unit().stride(2, 1).pad(1, 0, 2, 1).dilation(2, 1);
    Sliding spread = Sliding.unit().stride(3, 2).pad(1, 2, 0, 1).dilation(1, 2);
    return List.of(
        OperatorCase.of("MatMul").onnx("MatMul", 13)
            .formula("C[i,j] = Σₖ A[i,k] · B[k,j], a fold of fma, k ascending")
            .gradient("g · Bᵀ and Aᵀ · g").takes(floats(13, 37), floats(37, 33))
            .computes((g, x) -> g.matMul(x.get(0), x.get(1))),
        OperatorCase.of("MatMul, batched").onnx("MatMul", 13)
            .formula("MatMul of each pair of matrices; leading dimensions broadcast")
            .gradient("g · Bᵀ and Aᵀ · g, the fold first over the axes it was broadcast along")
            .takes(floats(3, 1, 5, 11), floats(2, 11, 9)).computes((g, x) -> g.matMul(x.get(0), x.get(1))),
        OperatorCase.of("MatMul, vectors").onnx("MatMul", 13).formula("a vector is a row before, a column after")
            .gradient("as MatMul's").takes(floats(37), floats(3, 37, 5))
            .computes((g, x) -> g.matMul(x.get(0), x.get(1))),
        OperatorCase.of("Gemm").onnx("Gemm", 13).formula("A · B as MatMul, then + C").gradient("as MatMul's and Add's")
            .takes(floats(13, 37), floats(37, 9), floats(9))
            .computes((g, x) -> g.gemm(x.get(0), x.get(1), x.get(2), false, false)),
        OperatorCase.of("Gemm, both transposed").onnx("Gemm", 13).formula("Aᵀ · Bᵀ as MatMul, then + C")
            .gradient("as MatMul's and Add's").takes(floats(11, 13), floats(35, 11), floats(13, 1))
            .computes((g, x) -> g.gemm(x.get(0), x.get(1), x.get(2), true, true)),
        OperatorCase.of("Gemm, alpha and beta").onnx("Gemm", 13).formula("alpha · (A · B) + beta · C")
            .gradient("as MatMul's and Add's, scaled").takes(floats(13, 11), floats(11, 9), floats(9))
            .computes((g, x) -> g.gemm(x.get(0), x.get(1), x.get(2), 0.75f, -1.5f, false, false)),
        OperatorCase.of("Conv").onnx("Conv", 22).formula(CONV).gradient(CONV_GRADIENT)
            .takes(floats(2, 3, 7, 9), floats(5, 3, 3, 3), floats(5))
            .computes((g, x) -> g.conv(x.get(0), x.get(1), x.get(2), Sliding.unit().pad(1), 1)),
        OperatorCase.of("Conv, strided, dilated, grouped").onnx("Conv", 22).formula(CONV).gradient(CONV_GRADIENT)
            .takes(floats(2, 4, 7, 5), floats(6, 2, 3, 2), floats(6))
            .computes((g, x) -> g.conv(x.get(0), x.get(1), x.get(2), everything, 2)),
        OperatorCase.of("Conv, 1x1").onnx("Conv", 22).formula(CONV).gradient(CONV_GRADIENT)
            .takes(floats(2, 5, 3, 7), floats(7, 5, 1, 1))
            .computes((g, x) -> g.conv(x.get(0), x.get(1), null, Sliding.unit(), 1)),
        OperatorCase.of("Conv, one dimension").onnx("Conv", 22).formula("Conv of images of height 1")
            .gradient(CONV_GRADIENT).takes(floats(2, 4, 11), floats(6, 2, 3), floats(6))
            .computes((g, x) -> g.conv(x.get(0), x.get(1), x.get(2), Sliding.line(2, 1, 2, 2), 2)),
        OperatorCase.of("ConvTranspose").onnx("ConvTranspose", 22).formula(TRANSPOSED).gradient(TRANSPOSED_GRADIENT)
            .takes(floats(2, 3, 5, 4), floats(3, 5, 3, 3), floats(5))
            .computes((g, x) -> g.convTranspose(x.get(0), x.get(1), x.get(2), Sliding.unit().pad(1), 0, 0, 1)),
        OperatorCase.of("ConvTranspose, strided, dilated, grouped").onnx("ConvTranspose", 22).formula(TRANSPOSED)
            .gradient(TRANSPOSED_GRADIENT).takes(floats(2, 4, 3, 5), floats(4, 3, 3, 2), floats(6))
            .computes((g, x) -> g.convTranspose(x.get(0), x.get(1), x.get(2), spread, 2, 1, 2)),
        OperatorCase.of("ConvTranspose, one dimension").onnx("ConvTranspose", 22)
            .formula("ConvTranspose of images of height 1").gradient(TRANSPOSED_GRADIENT)
            .takes(floats(2, 3, 7), floats(3, 5, 4))
            .computes((g, x) -> g.convTranspose(x.get(0), x.get(1), null, Sliding.line(2, 1, 1, 1), 0, 1, 1)));
  }
}
