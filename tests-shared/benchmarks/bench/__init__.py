"""What Clientele costs, measured against the bars of its design: ratios, side by side in one run.

    hatch run bench:run                      every row; a table, and JSON and a plot in dist/benchmarks
    hatch run bench:run --quick              few rounds
    hatch run bench:run --only 'loopback-*'  some rows; may be said several times
    hatch run bench:run --output FOLDER      JSON and plot elsewhere
    hatch run bench:rows                     what rows there are
    hatch run bench:profile ROW              where the time of our part of a row goes

Contestants run in processes and environments of their own, for upstream has our import name, and niquests puts its own
urllib3 in the place of the one of requests. The controller has them work in turns, in an order that rotates, and counts
the CPU time of their process alone: what else the machine does adds little to it, and the same to all. A ratio is taken
within each round; the median of the rounds counts. Before each turn garbage is collected; the collector stays on.
"""
