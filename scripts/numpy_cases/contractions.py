"""outer, tensordot, einsum."""

import numpy as np

from .arrays import Cases, sample


def contractions():
    cases = Cases("contract")
    for first, second in (((3,), (2,)), ((), (2, 2)), ((2, 3), (2,)), ((0,), (3,)), ((), ())):
        for dtypes in (("float32", "float32"), ("int32", "float32"), ("uint8", "int32")):
            a, b = sample(first, dtypes[0]), sample(second, dtypes[1])
            result = np.outer(a.astype("float64"), b.astype("float64"))
            cases.add("outer", [a, b], result.astype("float32" if "float32" in dtypes else "int32"))

    for first, second, axes in (
        ((2, 3), (3, 2), 1), ((2, 3), (4,), 0), ((2, 3, 4), (3, 4, 2), 2), ((2, 3), (2, 3), 2),
        ((2, 3, 4), (4, 3, 5), [[1, 2], [1, 0]]), ((2, 3, 4), (4, 3, 5), [[2, 1], [0, 1]]),
        ((2, 3), (2, 3), [[0, 1], [0, 1]]), ((2, 3), (2, 3), [0, 0]), ((2, 3), (2, 3), [-1, 1]),
        ((2, 3, 4), (5, 3), [1, 1]), ((2, 3), (3,), [[1], [0]]), ((), (), 0), ((3,), (3,), 1),
        ((2, 0), (0, 3), 1), ((2, 0, 3), (3, 2), [[0, 2], [1, 0]]), ((2, 2), (2, 2), [[], []]),
        ((2, 3, 2, 3), (3, 2), [[1, 2], [0, 1]]),
    ):
        a, b = sample(first), sample(second)
        numpy_axes = tuple(tuple([x] if isinstance(x, int) else x) for x in axes) if isinstance(axes, list) else axes
        cases.add("tensordot", [a, b], np.asarray(np.tensordot(a, b, numpy_axes)), [axes])
    a, b = sample((2, 3, 4), "int32"), sample((3, 4), "uint8", 0, 8)
    cases.add("tensordot", [a, b], np.tensordot(a, b, 2).astype("float32"), [])

    for subscripts, *shapes in (
        ("i", (3,)), ("i->", (3,)), ("->", ()), ("", ()), ("ij", (2, 3)), ("ji", (2, 3)),
        ("ba", (2, 3)), ("bA", (2, 3)), ("ij->ji", (2, 3)), ("ij->i", (2, 3)), ("ij->", (2, 3)),
        ("ii", (3, 3)), ("ii->i", (3, 3)), ("iij->ij", (2, 2, 3)), ("iji->j", (2, 3, 2)),
        ("iii->i", (3, 3, 3)), ("iijj->ij", (2, 2, 3, 3)), ("ijij", (2, 3, 2, 3)),
        ("ijk->kij", (2, 3, 4)), ("...ii->...i", (2, 3, 3)), ("...ij->...ji", (2, 1, 3, 4)),
        ("...", (2, 3)), ("i...", (2, 3)), ("...i", (2, 3, 2)), ("i...->...", (2, 3, 2)),
        ("...i->...", (2, 3, 2)), ("i...j->j...i", (2, 3, 1, 4)), ("...->...", ()),
        ("i,i", (3,), (3,)), ("i,i->i", (3,), (3,)), ("i,j", (3,), (2,)), ("i,j->ji", (3,), (2,)),
        ("i,->i", (3,), ()), (",", (), ()), (",ij", (), (2, 3)), ("i,j->", (3,), (2,)),
        ("ij,jk", (2, 3), (3, 4)), ("ij,kj->ik", (2, 3), (4, 3)), ("ji,jk->ik", (3, 2), (3, 4)),
        ("ji,kj->ki", (3, 2), (4, 3)), ("ij,jk->ki", (2, 3), (3, 4)), ("ij,jk->k", (2, 3), (3, 4)),
        ("ij,j", (2, 3), (3,)), ("ij,ij->ij", (2, 3), (2, 3)), ("ij,ij->i", (2, 3), (2, 3)),
        ("ij,ij", (2, 3), (2, 3)), ("ij,ji", (2, 3), (3, 2)), ("ij,kl", (2, 3), (2, 2)),
        ("bij,bjk->bik", (2, 3, 4), (2, 4, 2)), ("bij,jk->bik", (2, 3, 4), (4, 2)),
        ("bij,bkj->bik", (2, 3, 4), (2, 2, 4)), ("bji,bjk->bki", (2, 4, 3), (2, 4, 2)),
        ("bhqd,bhkd->bhqk", (2, 2, 3, 4), (2, 2, 3, 4)), ("bqhd,bkhd->bhqk", (2, 3, 2, 4), (2, 3, 2, 4)),
        ("bhqk,bkhd->bqhd", (2, 2, 3, 3), (2, 3, 2, 4)), ("bij,bj->bi", (2, 3, 4), (2, 4)),
        ("ii,ij->j", (3, 3), (3, 2)), ("ii,jj", (3, 3), (2, 2)), ("ijk,jil->kl", (2, 3, 4), (3, 2, 2)),
        ("...ij,...jk->...ik", (2, 3, 4), (4, 2)), ("...ij,...jk", (3, 1, 2, 3), (2, 3, 2)),
        ("...i,...i", (1, 3), (2, 3)), ("...,...", (4, 1, 3), (2, 3)), ("...,...->...", (1, 1), (1,)),
        ("...i,i->...", (2, 2, 3), (3,)), ("i...,i...->...", (3, 2, 1), (3, 4)),
        ("...j,...k->k...j", (2, 3), (2, 2)), ("...i,...j->...ij", (2, 2), (1, 3)),
        ("ij,jk,kl", (2, 3), (3, 4), (4, 2)), ("i,ij,j", (2,), (2, 3), (3,)),
        ("ij,ij,ij->ij", (2, 3), (2, 3), (2, 3)), ("i,j,k->kji", (2,), (3,), (2,)),
        ("ab,bc,cd,de->ae", (2, 3), (3, 2), (2, 3), (3, 2)), ("a,a,a", (3,), (3,), (3,)),
        ("...a,ab,b...->...", (2, 3), (3, 4), (4, 2)), ("ij,i,->j", (2, 3), (2,), ()),
        ("ij,jk->ik", (0, 3), (3, 2)), ("ij,jk->ik", (2, 0), (0, 2)), ("ij->i", (2, 0)),
        ("ii->i", (0, 0)), (" i j , jk -> ik ", (2, 3), (3, 2)), ("...ii", (2, 2, 2)),
        ("...,...i", (2,), (2, 3)), ("aB,Bc->Bca", (2, 3), (3, 2)),
    ):
        arrays = [sample(shape) for shape in shapes]
        result = np.einsum(subscripts, *(x.astype("float64") for x in arrays))
        cases.add("einsum", arrays, np.asarray(result).astype("float32"), [subscripts])
    a, b = sample((2, 3), "int32"), sample((3, 2), "uint8", 0, 8)
    cases.add("einsum", [a, b], np.einsum("ij,jk", a, b.astype("int32")).astype("float32"), ["ij,jk"])
    cases.write()
