"""Labels stand beside their own point and touch nothing."""

from sto_analysis.report.figures.placing import placed

INSIDE = (0, 0, 200, 200)


def test_a_label_alone_stands_right_of_its_point():
    (label,) = placed([(50, 50)], [(30, 10)], INSIDE, [], 44)
    assert label == ((58, 45, 88, 55), None)


def test_a_label_far_from_its_point_is_tied_to_it():
    wall = (30, 30, 70, 70)
    (label,) = placed([(50, 50)], [(30, 10)], INSIDE, [wall], 44)
    assert label.tie is not None
    assert label.tie[0] == (50, 50)
    assert label.box[0] >= 70 or label.box[2] <= 30 or label.box[1] >= 70 or label.box[3] <= 30


def test_a_label_is_not_taken_for_that_of_the_next_point():
    labels = placed([(50, 50), (70, 50)], [(60, 10), (60, 10)], INSIDE, [], 44)
    assert all(label.box[0] > 70 or label.box[2] < 50 or label.tie for label in labels)


def test_without_room_there_is_no_place():
    assert placed([(50, 50)], [(300, 10)], INSIDE, [], 260) is None
    assert placed([], [], INSIDE, [], 44) == []
