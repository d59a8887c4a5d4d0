namespace RealtimeServer.Navigation.Meshes;

/// <summary>
/// Open ground cut into regions without holes: each row's runs join the run above them, if they alone touch it. Ground that is connected but smaller than
/// asked for has no region.
/// </summary>
internal static class MeshRegions
{
    /// <returns>Of each place its region, from 1; 0 where there is none.</returns>
    public static int[] Of(OpenGround ground, int cellsMin, out int count)
    {
        int[] regions = new int[ground.Count];
        count = 0;
        List<Run> runs = [];
        int[] touched = new int[ground.Count + 1];
        for (int z = 0; z < ground.Depth; z++)
        {
            runs.Clear();
            for (int x = 0; x < ground.Width; x++)
            {
                (int from, int to) = ground.Column(x, z);
                for (int i = from; i < to; i++)
                {
                    if (ground.Area[i] != 0)
                    {
                        Join(ground, regions, runs, touched, i);
                    }
                }
            }

            for (int run = 0; run < runs.Count; run++)
            {
                Run of = runs[run];
                bool alone = of.Above > 0 && touched[of.Above] == of.Touches;
                runs[run] = of with { Region = alone ? of.Above : ++count };
            }

            foreach (Run run in runs)
            {
                touched[Math.Max(run.Above, 0)] = 0;
            }

            for (int x = 0; x < ground.Width; x++)
            {
                (int from, int to) = ground.Column(x, z);
                for (int i = from; i < to; i++)
                {
                    // While a row is worked on, its places hold the numbers of their runs, below 0.
                    regions[i] = regions[i] < 0 ? runs[-regions[i] - 1].Region : regions[i];
                }
            }
        }

        DropSmall(ground, regions, count, cellsMin);
        return regions;
    }

    private static void Join(OpenGround ground, int[] regions, List<Run> runs, int[] touched, int place)
    {
        int west = ground.Links[place * 4];
        int run = west >= 0 && regions[west] < 0 && ground.Area[west] == ground.Area[place] ? -regions[west] - 1 : -1;
        if (run < 0)
        {
            run = runs.Count;
            runs.Add(default);
        }

        regions[place] = -run - 1;
        int north = ground.Links[(place * 4) + 3];
        if (north >= 0 && regions[north] > 0 && ground.Area[north] == ground.Area[place])
        {
            int above = regions[north];
            Run of = runs[run];
            bool same = of.Above == 0 || of.Above == above;
            runs[run] = of with { Above = same ? above : -1, Touches = of.Touches + 1 };
            touched[above]++;
        }
    }

    private static void DropSmall(OpenGround ground, int[] regions, int count, int cellsMin)
    {
        bool[] seen = new bool[ground.Count];
        List<int> piece = [];
        for (int start = 0; start < ground.Count; start++)
        {
            if (seen[start] || regions[start] == 0)
            {
                continue;
            }

            piece.Clear();
            piece.Add(start);
            seen[start] = true;
            for (int at = 0; at < piece.Count; at++)
            {
                for (int side = 0; side < 4; side++)
                {
                    int next = ground.Links[(piece[at] * 4) + side];
                    if (next >= 0 && !seen[next] && regions[next] != 0)
                    {
                        seen[next] = true;
                        piece.Add(next);
                    }
                }
            }

            for (int at = 0; piece.Count < cellsMin && at < piece.Count; at++)
            {
                regions[piece[at]] = 0;
            }
        }
    }

    private record struct Run(int Above, int Touches, int Region);
}
