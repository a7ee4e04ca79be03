"""Models of scikit-learn that skl2onnx writes, with what ONNX Runtime computes of them:

    $(python3 scripts/python-environment.py test/oracles/onnx/scikit-learn.txt) test/oracles/onnx/exported_scikit_learn.py FOLDER

exported.ts reads them. Only models that ONNX's own operators express are here: those of its domain ai.onnx.ml, such as trees, are
not read.
"""

import pathlib
import sys

import skl2onnx
from exported import Folder, numbers
from sklearn.cluster import KMeans
from sklearn.cross_decomposition import PLSRegression
from sklearn.decomposition import PCA, KernelPCA
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF
from sklearn.mixture import GaussianMixture
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.random_projection import GaussianRandomProjection

X = numbers((60, 4)) + numbers((60, 4), 2) ** 2
Y = X @ numbers((4, 2), 5)
LABELS = (Y[:, 0] > Y[:, 0].mean()).astype("int64") + (Y[:, 1] > Y[:, 1].mean())

MODELS = {
    "mlp-regressor": (MLPRegressor(hidden_layer_sizes=(8, 6), max_iter=50, random_state=0), Y),
    "mlp-classifier": (MLPClassifier(hidden_layer_sizes=(8,), activation="tanh", max_iter=50, random_state=0), LABELS),
    "pca": (PCA(2), None),
    "k-means": (KMeans(3, n_init=2, random_state=0), None),
    "gaussian-mixture": (GaussianMixture(2, random_state=0), None),
    "gaussian-process": (GaussianProcessRegressor(RBF(), alpha=0.1, optimizer=None), Y[:, :1]),
    "gaussian-naive-bayes": (GaussianNB(), LABELS),
    "kernel-pca": (KernelPCA(2, kernel="rbf"), None),
    "random-projection": (GaussianRandomProjection(3, random_state=0), None),
    "partial-least-squares": (PLSRegression(2), Y),
}


def main():
    folder = Folder(pathlib.Path(sys.argv[1]))
    for name, (model, y) in MODELS.items():
        model.fit(X, y)
        options = {id(model): {"zipmap": False}} if hasattr(model, "classes_") else None
        domains = {"": 17, "ai.onnx.ml": 1}
        written = skl2onnx.to_onnx(model, X[:1], options=options, target_opset=domains)
        folder.path(f"sklearn-{name}").write_bytes(written.SerializeToString())
        # Labels are chosen by an operator of the other domain, so of classifiers only the probabilities are compared.
        folder.compare(f"sklearn-{name}", [X[:5]], ["probabilities"] if options else None)


main()
