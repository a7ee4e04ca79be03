"""The classes and functions of registered.ts, with the same formulas and names."""


def register():
    """Makes them known to Keras."""
    import keras
    from keras import ops

    package = keras.saving.register_keras_serializable

    # As docs/files.md says.
    def hard_sigmoid_keras2(x):
        return ops.clip(0.2 * x + 0.5, 0, 1)

    keras.saving.get_custom_objects()["hard_sigmoid_keras2"] = hard_sigmoid_keras2

    @package("verify", "Scaling")
    class Scale(keras.layers.Layer):
        def __init__(self, factor=1, **options):
            super().__init__(**options)
            self.factor = factor

        def build(self, input_shape):
            self.gain = self.add_weight(name="gain", shape=(input_shape[-1],), initializer="ones")

        def call(self, x):
            return x * self.gain * self.factor

        def get_config(self):
            return {**super().get_config(), "factor": self.factor}

    @package("verify")
    class Residual(keras.layers.Wrapper):
        def __init__(self, layer, share=1, **options):
            super().__init__(layer, **options)
            self.share = share

        def call(self, x, training=None):
            return self.layer(x, training=training) * self.share + x

        def get_config(self):
            return {**super().get_config(), "share": self.share}

    @package()
    class Quartic(keras.losses.Loss):
        def call(self, y_true, y_pred):
            return ops.mean(ops.square(ops.square(y_pred - y_true)), axis=-1)

    @package("verify")
    class Above(keras.regularizers.Regularizer):
        def __call__(self, x):
            return 0.01 * ops.sum(ops.relu(x))

        def get_config(self):
            return {}

    @package("verify")
    class Net(keras.Model):
        pass

    @package("verify")
    def squared_relu(x):
        return ops.square(ops.relu(x))

    @package("verify")
    def spread(w):
        return 0.1 * ops.mean(ops.square(w))

    @package("verify")
    def worst(y_true, y_pred):
        return ops.max(ops.abs(y_pred - y_true), axis=-1)
