-- Arithmetic, comparison and casts of floating-point numbers. One statement in a line.
select 1.5::float8 + 1.5::float8
select 1.5::float8 - 1.5::float8
select 1.5::float8 * 1.5::float8
select 1.5::float8 / 1.5::float8
select 1.5::float8 = 1.5::float8
select 1.5::float8 < 1.5::float8
select 1.5::float8 > 1.5::float8
select 1.5::float8 + 0.1::float8
select 1.5::float8 - 0.1::float8
select 1.5::float8 * 0.1::float8
select 1.5::float8 / 0.1::float8
select 1.5::float8 = 0.1::float8
select 1.5::float8 < 0.1::float8
select 1.5::float8 > 0.1::float8
select 1.5::float8 + -2.5::float8
select 1.5::float8 - -2.5::float8
select 1.5::float8 * -2.5::float8
select 1.5::float8 / -2.5::float8
select 1.5::float8 = -2.5::float8
select 1.5::float8 < -2.5::float8
select 1.5::float8 > -2.5::float8
select 1.5::float8 + 0::float8
select 1.5::float8 - 0::float8
select 1.5::float8 * 0::float8
select 1.5::float8 / 0::float8
select 1.5::float8 = 0::float8
select 1.5::float8 < 0::float8
select 1.5::float8 > 0::float8
select 1.5::float8 + 'NaN'::float8
select 1.5::float8 - 'NaN'::float8
select 1.5::float8 * 'NaN'::float8
select 1.5::float8 / 'NaN'::float8
select 1.5::float8 = 'NaN'::float8
select 1.5::float8 < 'NaN'::float8
select 1.5::float8 > 'NaN'::float8
select 1.5::float8 + 'Infinity'::float8
select 1.5::float8 - 'Infinity'::float8
select 1.5::float8 * 'Infinity'::float8
select 1.5::float8 / 'Infinity'::float8
select 1.5::float8 = 'Infinity'::float8
select 1.5::float8 < 'Infinity'::float8
select 1.5::float8 > 'Infinity'::float8
select 1.5::float8 + '-Infinity'::float8
select 1.5::float8 - '-Infinity'::float8
select 1.5::float8 * '-Infinity'::float8
select 1.5::float8 / '-Infinity'::float8
select 1.5::float8 = '-Infinity'::float8
select 1.5::float8 < '-Infinity'::float8
select 1.5::float8 > '-Infinity'::float8
select 1.5::float8 + 1.5::real
select 1.5::float8 - 1.5::real
select 1.5::float8 * 1.5::real
select 1.5::float8 / 1.5::real
select 1.5::float8 = 1.5::real
select 1.5::float8 < 1.5::real
select 1.5::float8 > 1.5::real
select 1.5::float8 + 0.1::real
select 1.5::float8 - 0.1::real
select 1.5::float8 * 0.1::real
select 1.5::float8 / 0.1::real
select 1.5::float8 = 0.1::real
select 1.5::float8 < 0.1::real
select 1.5::float8 > 0.1::real
select 1.5::float8 + 1e300::float8
select 1.5::float8 - 1e300::float8
select 1.5::float8 * 1e300::float8
select 1.5::float8 / 1e300::float8
select 1.5::float8 = 1e300::float8
select 1.5::float8 < 1e300::float8
select 1.5::float8 > 1e300::float8
select 0.1::float8 + 1.5::float8
select 0.1::float8 - 1.5::float8
select 0.1::float8 * 1.5::float8
select 0.1::float8 / 1.5::float8
select 0.1::float8 = 1.5::float8
select 0.1::float8 < 1.5::float8
select 0.1::float8 > 1.5::float8
select 0.1::float8 + 0.1::float8
select 0.1::float8 - 0.1::float8
select 0.1::float8 * 0.1::float8
select 0.1::float8 / 0.1::float8
select 0.1::float8 = 0.1::float8
select 0.1::float8 < 0.1::float8
select 0.1::float8 > 0.1::float8
select 0.1::float8 + -2.5::float8
select 0.1::float8 - -2.5::float8
select 0.1::float8 * -2.5::float8
select 0.1::float8 / -2.5::float8
select 0.1::float8 = -2.5::float8
select 0.1::float8 < -2.5::float8
select 0.1::float8 > -2.5::float8
select 0.1::float8 + 0::float8
select 0.1::float8 - 0::float8
select 0.1::float8 * 0::float8
select 0.1::float8 / 0::float8
select 0.1::float8 = 0::float8
select 0.1::float8 < 0::float8
select 0.1::float8 > 0::float8
select 0.1::float8 + 'NaN'::float8
select 0.1::float8 - 'NaN'::float8
select 0.1::float8 * 'NaN'::float8
select 0.1::float8 / 'NaN'::float8
select 0.1::float8 = 'NaN'::float8
select 0.1::float8 < 'NaN'::float8
select 0.1::float8 > 'NaN'::float8
select 0.1::float8 + 'Infinity'::float8
select 0.1::float8 - 'Infinity'::float8
select 0.1::float8 * 'Infinity'::float8
select 0.1::float8 / 'Infinity'::float8
select 0.1::float8 = 'Infinity'::float8
select 0.1::float8 < 'Infinity'::float8
select 0.1::float8 > 'Infinity'::float8
select 0.1::float8 + '-Infinity'::float8
select 0.1::float8 - '-Infinity'::float8
select 0.1::float8 * '-Infinity'::float8
select 0.1::float8 / '-Infinity'::float8
select 0.1::float8 = '-Infinity'::float8
select 0.1::float8 < '-Infinity'::float8
select 0.1::float8 > '-Infinity'::float8
select 0.1::float8 + 1.5::real
select 0.1::float8 - 1.5::real
select 0.1::float8 * 1.5::real
select 0.1::float8 / 1.5::real
select 0.1::float8 = 1.5::real
select 0.1::float8 < 1.5::real
select 0.1::float8 > 1.5::real
select 0.1::float8 + 0.1::real
select 0.1::float8 - 0.1::real
select 0.1::float8 * 0.1::real
select 0.1::float8 / 0.1::real
select 0.1::float8 = 0.1::real
select 0.1::float8 < 0.1::real
select 0.1::float8 > 0.1::real
select 0.1::float8 + 1e300::float8
select 0.1::float8 - 1e300::float8
select 0.1::float8 * 1e300::float8
select 0.1::float8 / 1e300::float8
select 0.1::float8 = 1e300::float8
select 0.1::float8 < 1e300::float8
select 0.1::float8 > 1e300::float8
select -2.5::float8 + 1.5::float8
select -2.5::float8 - 1.5::float8
select -2.5::float8 * 1.5::float8
select -2.5::float8 / 1.5::float8
select -2.5::float8 = 1.5::float8
select -2.5::float8 < 1.5::float8
select -2.5::float8 > 1.5::float8
select -2.5::float8 + 0.1::float8
select -2.5::float8 - 0.1::float8
select -2.5::float8 * 0.1::float8
select -2.5::float8 / 0.1::float8
select -2.5::float8 = 0.1::float8
select -2.5::float8 < 0.1::float8
select -2.5::float8 > 0.1::float8
select -2.5::float8 + -2.5::float8
select -2.5::float8 - -2.5::float8
select -2.5::float8 * -2.5::float8
select -2.5::float8 / -2.5::float8
select -2.5::float8 = -2.5::float8
select -2.5::float8 < -2.5::float8
select -2.5::float8 > -2.5::float8
select -2.5::float8 + 0::float8
select -2.5::float8 - 0::float8
select -2.5::float8 * 0::float8
select -2.5::float8 / 0::float8
select -2.5::float8 = 0::float8
select -2.5::float8 < 0::float8
select -2.5::float8 > 0::float8
select -2.5::float8 + 'NaN'::float8
select -2.5::float8 - 'NaN'::float8
select -2.5::float8 * 'NaN'::float8
select -2.5::float8 / 'NaN'::float8
select -2.5::float8 = 'NaN'::float8
select -2.5::float8 < 'NaN'::float8
select -2.5::float8 > 'NaN'::float8
select -2.5::float8 + 'Infinity'::float8
select -2.5::float8 - 'Infinity'::float8
select -2.5::float8 * 'Infinity'::float8
select -2.5::float8 / 'Infinity'::float8
select -2.5::float8 = 'Infinity'::float8
select -2.5::float8 < 'Infinity'::float8
select -2.5::float8 > 'Infinity'::float8
select -2.5::float8 + '-Infinity'::float8
select -2.5::float8 - '-Infinity'::float8
select -2.5::float8 * '-Infinity'::float8
select -2.5::float8 / '-Infinity'::float8
select -2.5::float8 = '-Infinity'::float8
select -2.5::float8 < '-Infinity'::float8
select -2.5::float8 > '-Infinity'::float8
select -2.5::float8 + 1.5::real
select -2.5::float8 - 1.5::real
select -2.5::float8 * 1.5::real
select -2.5::float8 / 1.5::real
select -2.5::float8 = 1.5::real
select -2.5::float8 < 1.5::real
select -2.5::float8 > 1.5::real
select -2.5::float8 + 0.1::real
select -2.5::float8 - 0.1::real
select -2.5::float8 * 0.1::real
select -2.5::float8 / 0.1::real
select -2.5::float8 = 0.1::real
select -2.5::float8 < 0.1::real
select -2.5::float8 > 0.1::real
select -2.5::float8 + 1e300::float8
select -2.5::float8 - 1e300::float8
select -2.5::float8 * 1e300::float8
select -2.5::float8 / 1e300::float8
select -2.5::float8 = 1e300::float8
select -2.5::float8 < 1e300::float8
select -2.5::float8 > 1e300::float8
select 0::float8 + 1.5::float8
select 0::float8 - 1.5::float8
select 0::float8 * 1.5::float8
select 0::float8 / 1.5::float8
select 0::float8 = 1.5::float8
select 0::float8 < 1.5::float8
select 0::float8 > 1.5::float8
select 0::float8 + 0.1::float8
select 0::float8 - 0.1::float8
select 0::float8 * 0.1::float8
select 0::float8 / 0.1::float8
select 0::float8 = 0.1::float8
select 0::float8 < 0.1::float8
select 0::float8 > 0.1::float8
select 0::float8 + -2.5::float8
select 0::float8 - -2.5::float8
select 0::float8 * -2.5::float8
select 0::float8 / -2.5::float8
select 0::float8 = -2.5::float8
select 0::float8 < -2.5::float8
select 0::float8 > -2.5::float8
select 0::float8 + 0::float8
select 0::float8 - 0::float8
select 0::float8 * 0::float8
select 0::float8 / 0::float8
select 0::float8 = 0::float8
select 0::float8 < 0::float8
select 0::float8 > 0::float8
select 0::float8 + 'NaN'::float8
select 0::float8 - 'NaN'::float8
select 0::float8 * 'NaN'::float8
select 0::float8 / 'NaN'::float8
select 0::float8 = 'NaN'::float8
select 0::float8 < 'NaN'::float8
select 0::float8 > 'NaN'::float8
select 0::float8 + 'Infinity'::float8
select 0::float8 - 'Infinity'::float8
select 0::float8 * 'Infinity'::float8
select 0::float8 / 'Infinity'::float8
select 0::float8 = 'Infinity'::float8
select 0::float8 < 'Infinity'::float8
select 0::float8 > 'Infinity'::float8
select 0::float8 + '-Infinity'::float8
select 0::float8 - '-Infinity'::float8
select 0::float8 * '-Infinity'::float8
select 0::float8 / '-Infinity'::float8
select 0::float8 = '-Infinity'::float8
select 0::float8 < '-Infinity'::float8
select 0::float8 > '-Infinity'::float8
select 0::float8 + 1.5::real
select 0::float8 - 1.5::real
select 0::float8 * 1.5::real
select 0::float8 / 1.5::real
select 0::float8 = 1.5::real
select 0::float8 < 1.5::real
select 0::float8 > 1.5::real
select 0::float8 + 0.1::real
select 0::float8 - 0.1::real
select 0::float8 * 0.1::real
select 0::float8 / 0.1::real
select 0::float8 = 0.1::real
select 0::float8 < 0.1::real
select 0::float8 > 0.1::real
select 0::float8 + 1e300::float8
select 0::float8 - 1e300::float8
select 0::float8 * 1e300::float8
select 0::float8 / 1e300::float8
select 0::float8 = 1e300::float8
select 0::float8 < 1e300::float8
select 0::float8 > 1e300::float8
select 'NaN'::float8 + 1.5::float8
select 'NaN'::float8 - 1.5::float8
select 'NaN'::float8 * 1.5::float8
select 'NaN'::float8 / 1.5::float8
select 'NaN'::float8 = 1.5::float8
select 'NaN'::float8 < 1.5::float8
select 'NaN'::float8 > 1.5::float8
select 'NaN'::float8 + 0.1::float8
select 'NaN'::float8 - 0.1::float8
select 'NaN'::float8 * 0.1::float8
select 'NaN'::float8 / 0.1::float8
select 'NaN'::float8 = 0.1::float8
select 'NaN'::float8 < 0.1::float8
select 'NaN'::float8 > 0.1::float8
select 'NaN'::float8 + -2.5::float8
select 'NaN'::float8 - -2.5::float8
select 'NaN'::float8 * -2.5::float8
select 'NaN'::float8 / -2.5::float8
select 'NaN'::float8 = -2.5::float8
select 'NaN'::float8 < -2.5::float8
select 'NaN'::float8 > -2.5::float8
select 'NaN'::float8 + 0::float8
select 'NaN'::float8 - 0::float8
select 'NaN'::float8 * 0::float8
select 'NaN'::float8 / 0::float8
select 'NaN'::float8 = 0::float8
select 'NaN'::float8 < 0::float8
select 'NaN'::float8 > 0::float8
select 'NaN'::float8 + 'NaN'::float8
select 'NaN'::float8 - 'NaN'::float8
select 'NaN'::float8 * 'NaN'::float8
select 'NaN'::float8 / 'NaN'::float8
select 'NaN'::float8 = 'NaN'::float8
select 'NaN'::float8 < 'NaN'::float8
select 'NaN'::float8 > 'NaN'::float8
select 'NaN'::float8 + 'Infinity'::float8
select 'NaN'::float8 - 'Infinity'::float8
select 'NaN'::float8 * 'Infinity'::float8
select 'NaN'::float8 / 'Infinity'::float8
select 'NaN'::float8 = 'Infinity'::float8
select 'NaN'::float8 < 'Infinity'::float8
select 'NaN'::float8 > 'Infinity'::float8
select 'NaN'::float8 + '-Infinity'::float8
select 'NaN'::float8 - '-Infinity'::float8
select 'NaN'::float8 * '-Infinity'::float8
select 'NaN'::float8 / '-Infinity'::float8
select 'NaN'::float8 = '-Infinity'::float8
select 'NaN'::float8 < '-Infinity'::float8
select 'NaN'::float8 > '-Infinity'::float8
select 'NaN'::float8 + 1.5::real
select 'NaN'::float8 - 1.5::real
select 'NaN'::float8 * 1.5::real
select 'NaN'::float8 / 1.5::real
select 'NaN'::float8 = 1.5::real
select 'NaN'::float8 < 1.5::real
select 'NaN'::float8 > 1.5::real
select 'NaN'::float8 + 0.1::real
select 'NaN'::float8 - 0.1::real
select 'NaN'::float8 * 0.1::real
select 'NaN'::float8 / 0.1::real
select 'NaN'::float8 = 0.1::real
select 'NaN'::float8 < 0.1::real
select 'NaN'::float8 > 0.1::real
select 'NaN'::float8 + 1e300::float8
select 'NaN'::float8 - 1e300::float8
select 'NaN'::float8 * 1e300::float8
select 'NaN'::float8 / 1e300::float8
select 'NaN'::float8 = 1e300::float8
select 'NaN'::float8 < 1e300::float8
select 'NaN'::float8 > 1e300::float8
select 'Infinity'::float8 + 1.5::float8
select 'Infinity'::float8 - 1.5::float8
select 'Infinity'::float8 * 1.5::float8
select 'Infinity'::float8 / 1.5::float8
select 'Infinity'::float8 = 1.5::float8
select 'Infinity'::float8 < 1.5::float8
select 'Infinity'::float8 > 1.5::float8
select 'Infinity'::float8 + 0.1::float8
select 'Infinity'::float8 - 0.1::float8
select 'Infinity'::float8 * 0.1::float8
select 'Infinity'::float8 / 0.1::float8
select 'Infinity'::float8 = 0.1::float8
select 'Infinity'::float8 < 0.1::float8
select 'Infinity'::float8 > 0.1::float8
select 'Infinity'::float8 + -2.5::float8
select 'Infinity'::float8 - -2.5::float8
select 'Infinity'::float8 * -2.5::float8
select 'Infinity'::float8 / -2.5::float8
select 'Infinity'::float8 = -2.5::float8
select 'Infinity'::float8 < -2.5::float8
select 'Infinity'::float8 > -2.5::float8
select 'Infinity'::float8 + 0::float8
select 'Infinity'::float8 - 0::float8
select 'Infinity'::float8 * 0::float8
select 'Infinity'::float8 / 0::float8
select 'Infinity'::float8 = 0::float8
select 'Infinity'::float8 < 0::float8
select 'Infinity'::float8 > 0::float8
select 'Infinity'::float8 + 'NaN'::float8
select 'Infinity'::float8 - 'NaN'::float8
select 'Infinity'::float8 * 'NaN'::float8
select 'Infinity'::float8 / 'NaN'::float8
select 'Infinity'::float8 = 'NaN'::float8
select 'Infinity'::float8 < 'NaN'::float8
select 'Infinity'::float8 > 'NaN'::float8
select 'Infinity'::float8 + 'Infinity'::float8
select 'Infinity'::float8 - 'Infinity'::float8
select 'Infinity'::float8 * 'Infinity'::float8
select 'Infinity'::float8 / 'Infinity'::float8
select 'Infinity'::float8 = 'Infinity'::float8
select 'Infinity'::float8 < 'Infinity'::float8
select 'Infinity'::float8 > 'Infinity'::float8
select 'Infinity'::float8 + '-Infinity'::float8
select 'Infinity'::float8 - '-Infinity'::float8
select 'Infinity'::float8 * '-Infinity'::float8
select 'Infinity'::float8 / '-Infinity'::float8
select 'Infinity'::float8 = '-Infinity'::float8
select 'Infinity'::float8 < '-Infinity'::float8
select 'Infinity'::float8 > '-Infinity'::float8
select 'Infinity'::float8 + 1.5::real
select 'Infinity'::float8 - 1.5::real
select 'Infinity'::float8 * 1.5::real
select 'Infinity'::float8 / 1.5::real
select 'Infinity'::float8 = 1.5::real
select 'Infinity'::float8 < 1.5::real
select 'Infinity'::float8 > 1.5::real
select 'Infinity'::float8 + 0.1::real
select 'Infinity'::float8 - 0.1::real
select 'Infinity'::float8 * 0.1::real
select 'Infinity'::float8 / 0.1::real
select 'Infinity'::float8 = 0.1::real
select 'Infinity'::float8 < 0.1::real
select 'Infinity'::float8 > 0.1::real
select 'Infinity'::float8 + 1e300::float8
select 'Infinity'::float8 - 1e300::float8
select 'Infinity'::float8 * 1e300::float8
select 'Infinity'::float8 / 1e300::float8
select 'Infinity'::float8 = 1e300::float8
select 'Infinity'::float8 < 1e300::float8
select 'Infinity'::float8 > 1e300::float8
select '-Infinity'::float8 + 1.5::float8
select '-Infinity'::float8 - 1.5::float8
select '-Infinity'::float8 * 1.5::float8
select '-Infinity'::float8 / 1.5::float8
select '-Infinity'::float8 = 1.5::float8
select '-Infinity'::float8 < 1.5::float8
select '-Infinity'::float8 > 1.5::float8
select '-Infinity'::float8 + 0.1::float8
select '-Infinity'::float8 - 0.1::float8
select '-Infinity'::float8 * 0.1::float8
select '-Infinity'::float8 / 0.1::float8
select '-Infinity'::float8 = 0.1::float8
select '-Infinity'::float8 < 0.1::float8
select '-Infinity'::float8 > 0.1::float8
select '-Infinity'::float8 + -2.5::float8
select '-Infinity'::float8 - -2.5::float8
select '-Infinity'::float8 * -2.5::float8
select '-Infinity'::float8 / -2.5::float8
select '-Infinity'::float8 = -2.5::float8
select '-Infinity'::float8 < -2.5::float8
select '-Infinity'::float8 > -2.5::float8
select '-Infinity'::float8 + 0::float8
select '-Infinity'::float8 - 0::float8
select '-Infinity'::float8 * 0::float8
select '-Infinity'::float8 / 0::float8
select '-Infinity'::float8 = 0::float8
select '-Infinity'::float8 < 0::float8
select '-Infinity'::float8 > 0::float8
select '-Infinity'::float8 + 'NaN'::float8
select '-Infinity'::float8 - 'NaN'::float8
select '-Infinity'::float8 * 'NaN'::float8
select '-Infinity'::float8 / 'NaN'::float8
select '-Infinity'::float8 = 'NaN'::float8
select '-Infinity'::float8 < 'NaN'::float8
select '-Infinity'::float8 > 'NaN'::float8
select '-Infinity'::float8 + 'Infinity'::float8
select '-Infinity'::float8 - 'Infinity'::float8
select '-Infinity'::float8 * 'Infinity'::float8
select '-Infinity'::float8 / 'Infinity'::float8
select '-Infinity'::float8 = 'Infinity'::float8
select '-Infinity'::float8 < 'Infinity'::float8
select '-Infinity'::float8 > 'Infinity'::float8
select '-Infinity'::float8 + '-Infinity'::float8
select '-Infinity'::float8 - '-Infinity'::float8
select '-Infinity'::float8 * '-Infinity'::float8
select '-Infinity'::float8 / '-Infinity'::float8
select '-Infinity'::float8 = '-Infinity'::float8
select '-Infinity'::float8 < '-Infinity'::float8
select '-Infinity'::float8 > '-Infinity'::float8
select '-Infinity'::float8 + 1.5::real
select '-Infinity'::float8 - 1.5::real
select '-Infinity'::float8 * 1.5::real
select '-Infinity'::float8 / 1.5::real
select '-Infinity'::float8 = 1.5::real
select '-Infinity'::float8 < 1.5::real
select '-Infinity'::float8 > 1.5::real
select '-Infinity'::float8 + 0.1::real
select '-Infinity'::float8 - 0.1::real
select '-Infinity'::float8 * 0.1::real
select '-Infinity'::float8 / 0.1::real
select '-Infinity'::float8 = 0.1::real
select '-Infinity'::float8 < 0.1::real
select '-Infinity'::float8 > 0.1::real
select '-Infinity'::float8 + 1e300::float8
select '-Infinity'::float8 - 1e300::float8
select '-Infinity'::float8 * 1e300::float8
select '-Infinity'::float8 / 1e300::float8
select '-Infinity'::float8 = 1e300::float8
select '-Infinity'::float8 < 1e300::float8
select '-Infinity'::float8 > 1e300::float8
select 1.5::real + 1.5::float8
select 1.5::real - 1.5::float8
select 1.5::real * 1.5::float8
select 1.5::real / 1.5::float8
select 1.5::real = 1.5::float8
select 1.5::real < 1.5::float8
select 1.5::real > 1.5::float8
select 1.5::real + 0.1::float8
select 1.5::real - 0.1::float8
select 1.5::real * 0.1::float8
select 1.5::real / 0.1::float8
select 1.5::real = 0.1::float8
select 1.5::real < 0.1::float8
select 1.5::real > 0.1::float8
select 1.5::real + -2.5::float8
select 1.5::real - -2.5::float8
select 1.5::real * -2.5::float8
select 1.5::real / -2.5::float8
select 1.5::real = -2.5::float8
select 1.5::real < -2.5::float8
select 1.5::real > -2.5::float8
select 1.5::real + 0::float8
select 1.5::real - 0::float8
select 1.5::real * 0::float8
select 1.5::real / 0::float8
select 1.5::real = 0::float8
select 1.5::real < 0::float8
select 1.5::real > 0::float8
select 1.5::real + 'NaN'::float8
select 1.5::real - 'NaN'::float8
select 1.5::real * 'NaN'::float8
select 1.5::real / 'NaN'::float8
select 1.5::real = 'NaN'::float8
select 1.5::real < 'NaN'::float8
select 1.5::real > 'NaN'::float8
select 1.5::real + 'Infinity'::float8
select 1.5::real - 'Infinity'::float8
select 1.5::real * 'Infinity'::float8
select 1.5::real / 'Infinity'::float8
select 1.5::real = 'Infinity'::float8
select 1.5::real < 'Infinity'::float8
select 1.5::real > 'Infinity'::float8
select 1.5::real + '-Infinity'::float8
select 1.5::real - '-Infinity'::float8
select 1.5::real * '-Infinity'::float8
select 1.5::real / '-Infinity'::float8
select 1.5::real = '-Infinity'::float8
select 1.5::real < '-Infinity'::float8
select 1.5::real > '-Infinity'::float8
select 1.5::real + 1.5::real
select 1.5::real - 1.5::real
select 1.5::real * 1.5::real
select 1.5::real / 1.5::real
select 1.5::real = 1.5::real
select 1.5::real < 1.5::real
select 1.5::real > 1.5::real
select 1.5::real + 0.1::real
select 1.5::real - 0.1::real
select 1.5::real * 0.1::real
select 1.5::real / 0.1::real
select 1.5::real = 0.1::real
select 1.5::real < 0.1::real
select 1.5::real > 0.1::real
select 1.5::real + 1e300::float8
select 1.5::real - 1e300::float8
select 1.5::real * 1e300::float8
select 1.5::real / 1e300::float8
select 1.5::real = 1e300::float8
select 1.5::real < 1e300::float8
select 1.5::real > 1e300::float8
select 0.1::real + 1.5::float8
select 0.1::real - 1.5::float8
select 0.1::real * 1.5::float8
select 0.1::real / 1.5::float8
select 0.1::real = 1.5::float8
select 0.1::real < 1.5::float8
select 0.1::real > 1.5::float8
select 0.1::real + 0.1::float8
select 0.1::real - 0.1::float8
select 0.1::real * 0.1::float8
select 0.1::real / 0.1::float8
select 0.1::real = 0.1::float8
select 0.1::real < 0.1::float8
select 0.1::real > 0.1::float8
select 0.1::real + -2.5::float8
select 0.1::real - -2.5::float8
select 0.1::real * -2.5::float8
select 0.1::real / -2.5::float8
select 0.1::real = -2.5::float8
select 0.1::real < -2.5::float8
select 0.1::real > -2.5::float8
select 0.1::real + 0::float8
select 0.1::real - 0::float8
select 0.1::real * 0::float8
select 0.1::real / 0::float8
select 0.1::real = 0::float8
select 0.1::real < 0::float8
select 0.1::real > 0::float8
select 0.1::real + 'NaN'::float8
select 0.1::real - 'NaN'::float8
select 0.1::real * 'NaN'::float8
select 0.1::real / 'NaN'::float8
select 0.1::real = 'NaN'::float8
select 0.1::real < 'NaN'::float8
select 0.1::real > 'NaN'::float8
select 0.1::real + 'Infinity'::float8
select 0.1::real - 'Infinity'::float8
select 0.1::real * 'Infinity'::float8
select 0.1::real / 'Infinity'::float8
select 0.1::real = 'Infinity'::float8
select 0.1::real < 'Infinity'::float8
select 0.1::real > 'Infinity'::float8
select 0.1::real + '-Infinity'::float8
select 0.1::real - '-Infinity'::float8
select 0.1::real * '-Infinity'::float8
select 0.1::real / '-Infinity'::float8
select 0.1::real = '-Infinity'::float8
select 0.1::real < '-Infinity'::float8
select 0.1::real > '-Infinity'::float8
select 0.1::real + 1.5::real
select 0.1::real - 1.5::real
select 0.1::real * 1.5::real
select 0.1::real / 1.5::real
select 0.1::real = 1.5::real
select 0.1::real < 1.5::real
select 0.1::real > 1.5::real
select 0.1::real + 0.1::real
select 0.1::real - 0.1::real
select 0.1::real * 0.1::real
select 0.1::real / 0.1::real
select 0.1::real = 0.1::real
select 0.1::real < 0.1::real
select 0.1::real > 0.1::real
select 0.1::real + 1e300::float8
select 0.1::real - 1e300::float8
select 0.1::real * 1e300::float8
select 0.1::real / 1e300::float8
select 0.1::real = 1e300::float8
select 0.1::real < 1e300::float8
select 0.1::real > 1e300::float8
select 1e300::float8 + 1.5::float8
select 1e300::float8 - 1.5::float8
select 1e300::float8 * 1.5::float8
select 1e300::float8 / 1.5::float8
select 1e300::float8 = 1.5::float8
select 1e300::float8 < 1.5::float8
select 1e300::float8 > 1.5::float8
select 1e300::float8 + 0.1::float8
select 1e300::float8 - 0.1::float8
select 1e300::float8 * 0.1::float8
select 1e300::float8 / 0.1::float8
select 1e300::float8 = 0.1::float8
select 1e300::float8 < 0.1::float8
select 1e300::float8 > 0.1::float8
select 1e300::float8 + -2.5::float8
select 1e300::float8 - -2.5::float8
select 1e300::float8 * -2.5::float8
select 1e300::float8 / -2.5::float8
select 1e300::float8 = -2.5::float8
select 1e300::float8 < -2.5::float8
select 1e300::float8 > -2.5::float8
select 1e300::float8 + 0::float8
select 1e300::float8 - 0::float8
select 1e300::float8 * 0::float8
select 1e300::float8 / 0::float8
select 1e300::float8 = 0::float8
select 1e300::float8 < 0::float8
select 1e300::float8 > 0::float8
select 1e300::float8 + 'NaN'::float8
select 1e300::float8 - 'NaN'::float8
select 1e300::float8 * 'NaN'::float8
select 1e300::float8 / 'NaN'::float8
select 1e300::float8 = 'NaN'::float8
select 1e300::float8 < 'NaN'::float8
select 1e300::float8 > 'NaN'::float8
select 1e300::float8 + 'Infinity'::float8
select 1e300::float8 - 'Infinity'::float8
select 1e300::float8 * 'Infinity'::float8
select 1e300::float8 / 'Infinity'::float8
select 1e300::float8 = 'Infinity'::float8
select 1e300::float8 < 'Infinity'::float8
select 1e300::float8 > 'Infinity'::float8
select 1e300::float8 + '-Infinity'::float8
select 1e300::float8 - '-Infinity'::float8
select 1e300::float8 * '-Infinity'::float8
select 1e300::float8 / '-Infinity'::float8
select 1e300::float8 = '-Infinity'::float8
select 1e300::float8 < '-Infinity'::float8
select 1e300::float8 > '-Infinity'::float8
select 1e300::float8 + 1.5::real
select 1e300::float8 - 1.5::real
select 1e300::float8 * 1.5::real
select 1e300::float8 / 1.5::real
select 1e300::float8 = 1.5::real
select 1e300::float8 < 1.5::real
select 1e300::float8 > 1.5::real
select 1e300::float8 + 0.1::real
select 1e300::float8 - 0.1::real
select 1e300::float8 * 0.1::real
select 1e300::float8 / 0.1::real
select 1e300::float8 = 0.1::real
select 1e300::float8 < 0.1::real
select 1e300::float8 > 0.1::real
select 1e300::float8 + 1e300::float8
select 1e300::float8 - 1e300::float8
select 1e300::float8 / 1e300::float8
select 1e300::float8 = 1e300::float8
select 1e300::float8 < 1e300::float8
select 1e300::float8 > 1e300::float8
select 1.5::float8 + 2
select 1.5::float8 * 2
select 1.5::float8 / 2
select 2 - 1.5::float8
select 1.5::float8 > 2
select 1.5::float8 + 1.5
select 1.5::float8 * 1.5
select 1.5::float8 / 1.5
select 1.5 - 1.5::float8
select 1.5::float8 > 1.5
select 1.5::float8 + 0
select 1.5::float8 * 0
select 1.5::float8 / 0
select 0 - 1.5::float8
select 1.5::float8 > 0
select 1.5::float8 + 3::bigint
select 1.5::float8 * 3::bigint
select 1.5::float8 / 3::bigint
select 3::bigint - 1.5::float8
select 1.5::float8 > 3::bigint
select 0.1::float8 + 2
select 0.1::float8 * 2
select 0.1::float8 / 2
select 2 - 0.1::float8
select 0.1::float8 > 2
select 0.1::float8 + 1.5
select 0.1::float8 * 1.5
select 0.1::float8 / 1.5
select 1.5 - 0.1::float8
select 0.1::float8 > 1.5
select 0.1::float8 + 0
select 0.1::float8 * 0
select 0.1::float8 / 0
select 0 - 0.1::float8
select 0.1::float8 > 0
select 0.1::float8 + 3::bigint
select 0.1::float8 * 3::bigint
select 0.1::float8 / 3::bigint
select 3::bigint - 0.1::float8
select 0.1::float8 > 3::bigint
select -2.5::float8 + 2
select -2.5::float8 * 2
select -2.5::float8 / 2
select 2 - -2.5::float8
select -2.5::float8 > 2
select -2.5::float8 + 1.5
select -2.5::float8 * 1.5
select -2.5::float8 / 1.5
select 1.5 - -2.5::float8
select -2.5::float8 > 1.5
select -2.5::float8 + 0
select -2.5::float8 * 0
select -2.5::float8 / 0
select 0 - -2.5::float8
select -2.5::float8 > 0
select -2.5::float8 + 3::bigint
select -2.5::float8 * 3::bigint
select -2.5::float8 / 3::bigint
select 3::bigint - -2.5::float8
select -2.5::float8 > 3::bigint
select 0::float8 + 2
select 0::float8 * 2
select 0::float8 / 2
select 2 - 0::float8
select 0::float8 > 2
select 0::float8 + 1.5
select 0::float8 * 1.5
select 0::float8 / 1.5
select 1.5 - 0::float8
select 0::float8 > 1.5
select 0::float8 + 0
select 0::float8 * 0
select 0::float8 / 0
select 0 - 0::float8
select 0::float8 > 0
select 0::float8 + 3::bigint
select 0::float8 * 3::bigint
select 0::float8 / 3::bigint
select 3::bigint - 0::float8
select 0::float8 > 3::bigint
select 'NaN'::float8 + 2
select 'NaN'::float8 * 2
select 'NaN'::float8 / 2
select 2 - 'NaN'::float8
select 'NaN'::float8 > 2
select 'NaN'::float8 + 1.5
select 'NaN'::float8 * 1.5
select 'NaN'::float8 / 1.5
select 1.5 - 'NaN'::float8
select 'NaN'::float8 > 1.5
select 'NaN'::float8 + 0
select 'NaN'::float8 * 0
select 'NaN'::float8 / 0
select 0 - 'NaN'::float8
select 'NaN'::float8 > 0
select 'NaN'::float8 + 3::bigint
select 'NaN'::float8 * 3::bigint
select 'NaN'::float8 / 3::bigint
select 3::bigint - 'NaN'::float8
select 'NaN'::float8 > 3::bigint
select 'Infinity'::float8 + 2
select 'Infinity'::float8 * 2
select 'Infinity'::float8 / 2
select 2 - 'Infinity'::float8
select 'Infinity'::float8 > 2
select 'Infinity'::float8 + 1.5
select 'Infinity'::float8 * 1.5
select 'Infinity'::float8 / 1.5
select 1.5 - 'Infinity'::float8
select 'Infinity'::float8 > 1.5
select 'Infinity'::float8 + 0
select 'Infinity'::float8 * 0
select 'Infinity'::float8 / 0
select 0 - 'Infinity'::float8
select 'Infinity'::float8 > 0
select 'Infinity'::float8 + 3::bigint
select 'Infinity'::float8 * 3::bigint
select 'Infinity'::float8 / 3::bigint
select 3::bigint - 'Infinity'::float8
select 'Infinity'::float8 > 3::bigint
select '-Infinity'::float8 + 2
select '-Infinity'::float8 * 2
select '-Infinity'::float8 / 2
select 2 - '-Infinity'::float8
select '-Infinity'::float8 > 2
select '-Infinity'::float8 + 1.5
select '-Infinity'::float8 * 1.5
select '-Infinity'::float8 / 1.5
select 1.5 - '-Infinity'::float8
select '-Infinity'::float8 > 1.5
select '-Infinity'::float8 + 0
select '-Infinity'::float8 * 0
select '-Infinity'::float8 / 0
select 0 - '-Infinity'::float8
select '-Infinity'::float8 > 0
select '-Infinity'::float8 + 3::bigint
select '-Infinity'::float8 * 3::bigint
select '-Infinity'::float8 / 3::bigint
select 3::bigint - '-Infinity'::float8
select '-Infinity'::float8 > 3::bigint
select 1.5::real + 2
select 1.5::real * 2
select 1.5::real / 2
select 2 - 1.5::real
select 1.5::real > 2
select 1.5::real + 1.5
select 1.5::real * 1.5
select 1.5::real / 1.5
select 1.5 - 1.5::real
select 1.5::real > 1.5
select 1.5::real + 0
select 1.5::real * 0
select 1.5::real / 0
select 0 - 1.5::real
select 1.5::real > 0
select 1.5::real + 3::bigint
select 1.5::real * 3::bigint
select 1.5::real / 3::bigint
select 3::bigint - 1.5::real
select 1.5::real > 3::bigint
select 0.1::real + 2
select 0.1::real * 2
select 0.1::real / 2
select 2 - 0.1::real
select 0.1::real > 2
select 0.1::real + 1.5
select 0.1::real * 1.5
select 0.1::real / 1.5
select 1.5 - 0.1::real
select 0.1::real > 1.5
select 0.1::real + 0
select 0.1::real * 0
select 0.1::real / 0
select 0 - 0.1::real
select 0.1::real > 0
select 0.1::real + 3::bigint
select 0.1::real * 3::bigint
select 0.1::real / 3::bigint
select 3::bigint - 0.1::real
select 0.1::real > 3::bigint
select 1e300::float8 + 2
select 1e300::float8 * 2
select 1e300::float8 / 2
select 2 - 1e300::float8
select 1e300::float8 > 2
select 1e300::float8 + 1.5
select 1e300::float8 * 1.5
select 1e300::float8 / 1.5
select 1.5 - 1e300::float8
select 1e300::float8 > 1.5
select 1e300::float8 + 0
select 1e300::float8 * 0
select 1e300::float8 / 0
select 0 - 1e300::float8
select 1e300::float8 > 0
select 1e300::float8 + 3::bigint
select 1e300::float8 * 3::bigint
select 1e300::float8 / 3::bigint
select 3::bigint - 1e300::float8
select 1e300::float8 > 3::bigint
select id, f4 + i4 from n where id in (1,2,5,6,7,8) order by id
select id, f4 - i4 from n where id in (1,2,5,6,7,8) order by id
select id, f4 * i4 from n where id in (1,2,5,6,7,8) order by id
select id, f4 / i4 from n where i4 <> 0 and id <> 4 and id<>3 order by id
select id, f4 = i4 from n order by id
select id, f4 < i4 from n order by id
select id, f4 >= i4 from n order by id
select id, f4 + d from n where id in (1,2,5,6,7,8) order by id
select id, f4 - d from n where id in (1,2,5,6,7,8) order by id
select id, f4 * d from n where id in (1,2,5,6,7,8) order by id
select id, f4 / d from n where d <> 0 and id <> 4 and id<>3 order by id
select id, f4 = d from n order by id
select id, f4 < d from n order by id
select id, f4 >= d from n order by id
select id, f4 + f8 from n where id in (1,2,5,6,7,8) order by id
select id, f4 - f8 from n where id in (1,2,5,6,7,8) order by id
select id, f4 * f8 from n where id in (1,2,5,6,7,8) order by id
select id, f4 / f8 from n where f8 <> 0 and id <> 4 and id<>3 order by id
select id, f4 = f8 from n order by id
select id, f4 < f8 from n order by id
select id, f4 >= f8 from n order by id
select id, f4 + 2 from n where id in (1,2,5,6,7,8) order by id
select id, f4 - 2 from n where id in (1,2,5,6,7,8) order by id
select id, f4 * 2 from n where id in (1,2,5,6,7,8) order by id
select id, f4 / 2 from n where 2 <> 0 and id <> 4 and id<>3 order by id
select id, f4 = 2 from n order by id
select id, f4 < 2 from n order by id
select id, f4 >= 2 from n order by id
select id, f4 + 1.5 from n where id in (1,2,5,6,7,8) order by id
select id, f4 - 1.5 from n where id in (1,2,5,6,7,8) order by id
select id, f4 * 1.5 from n where id in (1,2,5,6,7,8) order by id
select id, f4 / 1.5 from n where 1.5 <> 0 and id <> 4 and id<>3 order by id
select id, f4 = 1.5 from n order by id
select id, f4 < 1.5 from n order by id
select id, f4 >= 1.5 from n order by id
select f4 / 0 from n where id = 1
select id, f4 from n order by f4
select id, f4 from n order by f4 desc -- differs: -0 sorts before 0
select id, f4::int from n where abs(f4) < 1e9 order by id
select id, f4::text from n order by id
select id, f4::numeric from n where id not in (3,4) order by id
select id, f4::numeric(10,1) from n where id <> 3 order by id
select id, f4::bigint from n where id <> 3 order by id
select id, f4::smallint from n where id <> 3 order by id
select id, f8 + i4 from n where id in (1,2,5,6,7,8) order by id
select id, f8 - i4 from n where id in (1,2,5,6,7,8) order by id
select id, f8 * i4 from n where id in (1,2,5,6,7,8) order by id
select id, f8 / i4 from n where i4 <> 0 and id <> 4 and id<>3 order by id
select id, f8 = i4 from n order by id
select id, f8 < i4 from n order by id
select id, f8 >= i4 from n order by id
select id, f8 + d from n where id in (1,2,5,6,7,8) order by id
select id, f8 - d from n where id in (1,2,5,6,7,8) order by id
select id, f8 * d from n where id in (1,2,5,6,7,8) order by id
select id, f8 / d from n where d <> 0 and id <> 4 and id<>3 order by id
select id, f8 = d from n order by id
select id, f8 < d from n order by id
select id, f8 >= d from n order by id
select id, f8 + f8 from n where id in (1,2,5,6,7,8) order by id
select id, f8 - f8 from n where id in (1,2,5,6,7,8) order by id
select id, f8 * f8 from n where id in (1,2,5,6,7,8) order by id
select id, f8 / f8 from n where f8 <> 0 and id <> 4 and id<>3 order by id
select id, f8 = f8 from n order by id
select id, f8 < f8 from n order by id
select id, f8 >= f8 from n order by id
select id, f8 + 2 from n where id in (1,2,5,6,7,8) order by id
select id, f8 - 2 from n where id in (1,2,5,6,7,8) order by id
select id, f8 * 2 from n where id in (1,2,5,6,7,8) order by id
select id, f8 / 2 from n where 2 <> 0 and id <> 4 and id<>3 order by id
select id, f8 = 2 from n order by id
select id, f8 < 2 from n order by id
select id, f8 >= 2 from n order by id
select id, f8 + 1.5 from n where id in (1,2,5,6,7,8) order by id
select id, f8 - 1.5 from n where id in (1,2,5,6,7,8) order by id
select id, f8 * 1.5 from n where id in (1,2,5,6,7,8) order by id
select id, f8 / 1.5 from n where 1.5 <> 0 and id <> 4 and id<>3 order by id
select id, f8 = 1.5 from n order by id
select id, f8 < 1.5 from n order by id
select id, f8 >= 1.5 from n order by id
select f8 / 0 from n where id = 1
select id, f8 from n order by f8
select id, f8 from n order by f8 desc
select id, f8::int from n where abs(f8) < 1e9 order by id
select id, f8::text from n order by id
select id, f8::numeric from n where id not in (3,4) order by id
select id, f8::numeric(10,1) from n where id <> 3 order by id
select id, f8::bigint from n where id <> 3 order by id
select id, f8::smallint from n where id <> 3 order by id
select 0.5::float8::int, 1.5::float8::int, 2.5::float8::int, -0.5::float8::int, -1.5::float8::int
select 0.5::int, 1.5::int, 2.5::int, -0.5::int, -1.5::int
select 3e9::float8::int
select 1e20::float8::bigint
select 'NaN'::float8::int
select 0.1::float8 + 0.2::float8
select 1e15::float8, 1e14::float8, 123456789012345678::float8, 1e-4::float8, 1e-5::float8
select 1e5::real, 1e6::real, 0.1::real, 16777217::real
select 1::float, 1::float(24), 1::float(25), 1::real, 1::double precision, 1::float4, 1::float8
select cast(1 as float) / 3
select 'nan'::float8 = 'nan'::float8, 'nan'::float8 > 'infinity'::float8
select 'x'::float8
select '1e400'::float8
select '  1.5  '::float8
select ''::float8
select 1.1::real::float8
select 0.1::float8::numeric, 1234567.891::float8::numeric, 1e-7::float8::numeric, 123456789.123456789::float8::numeric
